import { InvalidInput, shown } from '../../core/errors.js';
import { SECOND_MS } from '../../core/instant.js';
import { leastDistanceMs } from '../../core/plan/least-distance.js';
import type { Settings } from '../../core/policy/settings.js';
import { spreadMsOf } from '../../core/policy/spread.js';
import { durationText } from '../../core/text/duration.js';
import { namesOffset } from '../../core/text/human-time.js';
import { patternOf } from './pattern-of.js';
import type { TimingDraft } from './timing.js';

/** What a schedule runs by, as far as it matters to its settings. */
interface Kind {
  readonly kind: TimingDraft['kind'];
  readonly expression?: string;
}

/** Throws InvalidInput for a setting that means nothing beside the timing of a schedule or its other settings. */
export function refuseMisplaced(timing: Kind, settings: Settings): void {
  const { kind } = timing;
  const { catchUp = null, repeatAfter = null } = settings;
  // A time that is yet to be read is one time, too.
  if ((kind === 'once' || kind === 'relative') && catchUp === 'none') throw neverRun();
  if (repeatAfter !== null && kind !== 'interval') {
    throw new InvalidInput(
      "'repeatAfter' says from what 'repeatInterval' counts, which this schedule does not have: leave it out",
      'repeatAfter',
    );
  }
  refuseZone(timing, settings);
  refuseSpread(timing, settings);
}

function refuseSpread({ kind, expression = '' }: Kind, { spread = null }: Settings): void {
  if (spread === null) return;
  if (kind !== 'cron' && kind !== 'dailyAt') {
    const what = kind === 'interval' ? 'repeatInterval' : 'time';
    throw new InvalidInput(
      `'spread' means nothing beside '${what}', which has no pattern that others share: leave it out`,
      'spread',
    );
  }
  const pattern = patternOf({ kind, expression, meaning: 0 }, null);
  const least = pattern.kind === 'cron' || pattern.kind === 'dailyAt' ? leastDistanceMs(pattern) : null;
  if (least === null || spreadMsOf(spread) <= least - SECOND_MS) return;
  const most = least - SECOND_MS;
  throw new InvalidInput(
    most < SECOND_MS
      ? `'spread' is ${shown(spread)}, but the schedule fires every second: leave it out`
      : `'spread' must be shorter than the least time between two firings, which is ${durationText(least)}: at most '${durationText(most)}', but is ${shown(spread)}`,
    'spread',
  );
}

function refuseZone({ kind, expression }: Kind, { timeZone = null, dst = null }: Settings): void {
  if (timeZone === null) {
    if (dst !== null)
      throw new InvalidInput(
        "'dst' needs a 'timeZone', because UTC has no change of its clocks: give one, or take 'dst' off with null",
        'dst',
      );
    return;
  }
  if (dst !== null && (kind === 'relative' || kind === 'once')) {
    throw new InvalidInput(
      "'dst' means nothing beside 'time', which runs once, after a gap where it falls into one: leave it out",
      'dst',
    );
  }
  if (kind === 'interval') {
    throw new InvalidInput(
      "'timeZone' means nothing beside 'repeatInterval', which counts elapsed time: leave it out",
      'timeZone',
    );
  }
  if (kind === 'dailyAt' && expression !== undefined && namesOffset(expression)) {
    throw new InvalidInput(
      `'repeatAt' beside 'timeZone' must be a time of day without an offset, such as '18:40', but is ${shown(expression)}`,
      'repeatAt',
    );
  }
}

function neverRun(): InvalidInput {
  return new InvalidInput(
    "'catchUp' of a schedule with 'time' cannot be 'none': its only run would be lost for good; take 'last'",
    'catchUp',
  );
}
