import { parseCron } from '../../src/core/cron/cron.js';
import { nextRunAt, type Cron, type SchedulePattern } from '../../src/core/plan/pattern.js';
import { localTimeOf, noteOf } from '../../src/core/zone/local-time.js';
import { DEFAULT_DST, type Dst, type ZoneRule } from '../../src/core/zone/zone-rule.js';

/** A cron in a zone, with the usual rules where no others are given. */
export const inZone = (cron: string, zone: string, dst: Partial<Dst> = {}): Cron & { zone: ZoneRule } => ({
  ...parseCron(cron),
  zone: { zone, ...DEFAULT_DST, ...dst },
});

/** The runs of a pattern after an instant, each as the local time and what is said of it. */
export function runs(
  pattern: SchedulePattern & { zone: { zone: string } },
  after: string,
  count: number,
): string[] {
  const found: string[] = [];
  for (
    let at = nextRunAt(pattern, Date.parse(after));
    at !== null && found.length < count;
    at = nextRunAt(pattern, at)
  ) {
    const note = noteOf(pattern, at);
    found.push(`${localTimeOf(at, pattern.zone.zone)}${note === null ? '' : ` ${note}`}`);
  }
  return found;
}
