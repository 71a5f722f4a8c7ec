import { z } from 'zod';
import { RUN_STATES } from '../../../core/run-state.js';

const figures = z.strictObject({
  counts: z.array(z.int()),
  ...{ p50: z.int().nullable(), p99: z.int().nullable() },
});

/** Upper bounds of steps, in ms. */
export const stepsField = () =>
  z.array(z.int().nullable()).describe('Upper bounds in ms; the last step has none');

/** How the last runs of a schedule kept their time. */
export const timingAnswer = z
  .strictObject({
    runs: z.int(),
    states: z.partialRecord(z.enum(RUN_STATES), z.int()),
    steps: stepsField(),
    ...{ lateness: figures, duration: figures },
  })
  .meta({ id: 'ScheduleTiming' });
