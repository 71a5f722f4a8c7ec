import { z } from 'zod';
import { suggestedCron } from '../../core/cron/cron.js';
import { InvalidInput, shown } from '../../core/errors.js';
import { refusing } from '../../http/validation.js';
import { dateValue, wholeNumber } from '../../http/wire-fields.js';
import { refuseMisplaced } from '../plan/misplaced-settings.js';
import { cronTiming } from '../plan/timing.js';
import { expression, modes, timingOf } from '../schedule.schema.js';
import { settingFields, settingsIn } from '../setting-fields.js';

const MOST_RUNS = 100;
const USUAL_RUNS = 10;

/** A cron as schedules take it; the refusal of one in another format carries what it means in ours. */
function suggestingCron(text: string) {
  try {
    return cronTiming(text);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new InvalidInput(error.message, error.field, suggestedCron(text) ?? undefined);
  }
}

/** Body of a preview. Unknown fields are refused: one that was ignored would make the answer wrong. */
export const previewDraft = z
  .strictObject({
    ...modes,
    cron: expression('cron', suggestingCron),
    startTime: dateValue('startTime').default(null),
    endTime: dateValue('endTime').default(null),
    from: dateValue('from').default(null),
    ...settingFields('schedule'),
    count: z.int().min(1).max(MOST_RUNS).default(USUAL_RUNS),
  })
  .transform(
    refusing(({ startTime, endTime, from, count, ...rest }) => {
      const timing = timingOf(rest);
      const policy = settingsIn(rest, 'schedule');
      refuseMisplaced(timing, policy);
      return { timing, policy, window: { startAt: startTime, endAt: endTime }, from, count };
    }),
  )
  .meta({ id: 'SchedulePreviewDraft' });

/** How many runs of a stored schedule. */
export const nextQuery = z.object({
  count: wholeNumber(
    (value) => `'count' must be a whole number from 1 to ${MOST_RUNS}, but is ${shown(value)}`,
    1,
    MOST_RUNS,
  ).default(USUAL_RUNS),
});
