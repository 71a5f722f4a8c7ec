import { z } from 'zod';
import { MOST_STEPS } from '../../core/plan/load-range.js';

/** How many runs are planned, step by step. */
export const loadAnswer = z
  .strictObject({
    from: z.iso.datetime().describe('When the first step begins; UTC'),
    step: z.string().describe('How long each step is'),
    counts: z.array(z.int().min(0)).max(MOST_STEPS).describe('Planned runs that are due in each step'),
  })
  .meta({ id: 'Load' });
