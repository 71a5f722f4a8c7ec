import { z } from 'zod';

/** A whole number within limits, and what it is where nothing is set. */
export function wholeNumber(from: number, to: number, preset: number) {
  const wanted = `must be a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d+$/, wanted)
    .transform(Number)
    .refine((value) => value >= from && value <= to, wanted)
    .default(preset);
}
