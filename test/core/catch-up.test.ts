import { catchUp, type Outage } from '../../src/core/plan/catch-up.js';
import { parseCron } from '../../src/core/cron/cron.js';
import { parseTimeOfDay } from '../../src/core/text/human-time.js';
import { DAY_MS, type Instant } from '../../src/core/instant.js';
import type { ActiveWindow } from '../../src/core/plan/planning.js';

const at = (time: string): Instant => Date.parse(`2026-03-10T${time}Z`);
const outage = (from: string, to: string): Outage => ({ fromAt: at(from), toAt: at(to) });
const open: ActiveWindow = { startAt: null, endAt: null };
const everyFiveMinutes = parseCron('* * * * * */5 0');

describe('catchUp', () => {
  it('executes only the last missed run after 22 minutes, and says what it skipped', () => {
    const decision = catchUp(everyFiveMinutes, at('11:55:00'), open, [outage('11:51:00', '12:13:00')]);
    expect(decision).toEqual({
      kind: 'lastMissed',
      at: at('12:10:00'),
      skipped: 3,
      fromAt: at('11:55:00'),
      toAt: at('12:05:00'),
    });
  });

  it('executes every missed run after 17 minutes', () => {
    const decision = catchUp(everyFiveMinutes, at('12:00:00'), open, [outage('11:56:00', '12:13:00')]);
    expect(decision).toEqual({ kind: 'asPlanned' });
  });

  it('skips from exactly 20 minutes on', () => {
    const missed = at('12:00:00');
    const kindOf = (o: Outage) => catchUp(everyFiveMinutes, missed, open, [o]).kind;
    expect(kindOf(outage('11:58:00', '12:18:00'))).toBe('lastMissed');
    expect(kindOf({ fromAt: at('11:58:00'), toAt: at('12:18:00') - 1 })).toBe('asPlanned');
  });

  it('executes a daily run that was missed, at its own time', () => {
    const decision = catchUp(parseTimeOfDay('12.10'), at('12:10:00'), open, [outage('11:51:00', '12:13:00')]);
    expect(decision).toEqual({ kind: 'asPlanned' });
  });

  it('leaves intervals and one-time schedules their one planned run', () => {
    const long = [outage('01:00:00', '12:13:00')];
    const interval = { kind: 'interval', everyMs: 60_000 } as const;
    const once = { kind: 'once', at: at('11:55:00') } as const;
    expect(catchUp(interval, at('11:55:00'), open, long)).toEqual({ kind: 'asPlanned' });
    expect(catchUp(once, at('11:55:00'), open, long)).toEqual({ kind: 'asPlanned' });
  });

  it('skips nothing of a backlog: the service was there when the run was due', () => {
    const decision = catchUp(everyFiveMinutes, at('11:50:00'), open, [outage('11:51:00', '12:13:00')]);
    expect(decision).toEqual({ kind: 'asPlanned' });
  });

  it('takes the last run before the end time where the outage goes beyond it', () => {
    const window = { startAt: null, endAt: at('12:02:00') };
    const decision = catchUp(everyFiveMinutes, at('11:55:00'), window, [outage('11:51:00', '12:13:00')]);
    expect(decision).toMatchObject({ kind: 'lastMissed', at: at('12:00:00'), skipped: 1 });
  });

  it('computes weeks of a schedule of every second without going through them', () => {
    const fromAt = at('12:00:00');
    const weeks = { fromAt, toAt: fromAt + 21 * DAY_MS };
    const decision = catchUp(parseCron('* * * * * * *'), fromAt + 1000, open, [weeks]);
    expect(decision).toEqual({
      kind: 'lastMissed',
      at: weeks.toAt,
      skipped: (21 * DAY_MS) / 1000 - 1,
      fromAt: fromAt + 1000,
      toAt: weeks.toAt - 1000,
    });
  });
});
