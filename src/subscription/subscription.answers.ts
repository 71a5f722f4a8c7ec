import { z } from 'zod';

/** The URL of the application for the tenant; empty, or without the field, where the work goes on. */
export const urlText = z.string();
export const managerAnswer = z
  .strictObject({ applicationURL: z.string().optional() })
  .meta({ id: 'ManagerAnswer' });

export const dependenciesAnswer = z
  .array(z.strictObject({ xsappname: z.string() }))
  .meta({ id: 'Dependencies' });
