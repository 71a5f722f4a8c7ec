import { z } from 'zod';
import { InvalidInput, shown } from '../../core/errors.js';
import { isStep, MOST_STEPS } from '../../core/plan/load-range.js';
import { parseDate } from '../../core/text/date-input.js';
import { durationMs } from '../../core/text/duration.js';
import { refusing } from '../../http/validation.js';

const instant = (field: string) =>
  z
    .string()
    .transform(refusing((text) => parseDate(text, field)))
    .optional()
    .meta({ type: 'string' });

function stepOf(text: string): number {
  const ms = durationMs(text);
  if (ms !== null && isStep(ms)) return ms;
  throw new InvalidInput(
    `'step' must be a duration of whole seconds from 1 second to 1 day, such as '15 minutes', but is ${shown(text)}`,
    'step',
  );
}

/** Which planned runs, and how wide the steps are in which they are counted. */
export const loadQuery = z
  .object({
    from: instant('from').describe('Now where not given: the step that is under way'),
    to: instant('to').describe('24 hours later where not given'),
    step: z
      .string()
      .transform(refusing(stepOf))
      .optional()
      .meta({ type: 'string' })
      .describe(`A duration; where not given, minutes, or as many as make at most ${MOST_STEPS} steps`),
    tenantId: z
      .string()
      .transform((id) => id.toLowerCase())
      .optional(),
  })
  .transform(({ from = null, to = null, step = null, tenantId }) => ({ from, to, stepMs: step, tenantId }));
