import { parseCron } from '../../src/core/cron/cron.js';
import { LAST_INSTANT } from '../../src/core/instant.js';
import { countRuns, nextRunAt, previousRunAt } from '../../src/core/plan/pattern.js';
import { parseTimeOfDay } from '../../src/core/text/human-time.js';
import { localTimeOf, noteOf } from '../../src/core/zone/local-time.js';
import { DEFAULT_DST } from '../../src/core/zone/zone-rule.js';
import { inZone, runs } from './zone-runs.js';

const BERLIN = 'Europe/Berlin';
const SKIP = { gap: 'skip' } as const;
const BOTH = { overlap: 'both' } as const;

describe('a run close to a change of the clock, looked for from afar', () => {
  it.each([
    ['* 10 25 * 1 30 0', BERLIN, '2026-10-24T23:30Z'],
    ['* 10 25 * 3 30 0', BERLIN, '2026-10-25T02:30Z'],
    ['* 3 8 * 1 30 0', 'America/New_York', '2026-03-08T06:30Z'],
    ['* 3 8 * 3 30 0', 'America/New_York', '2026-03-08T07:30Z'],
    ['* 4 5 * 2 59 0', 'Pacific/Auckland', '2026-04-04T13:59Z'],
  ])('%s in %s is found', (cron, zone, expected) => {
    const at = Date.parse(expected);
    expect(nextRunAt(inZone(cron, zone), Date.UTC(2025, 11, 1))).toBe(at);
    expect(previousRunAt(inZone(cron, zone), Date.UTC(2027, 1, 1), 0)).toBe(at);
    expect(countRuns(inZone(cron, zone), Date.UTC(2025, 11, 1), Date.UTC(2027, 1, 1))).toBe(1);
  });
});

describe('a zone without changes', () => {
  it.each([
    ['Asia/Kathmandu', '2026-06-01T09:00:00+05:45'],
    ['Asia/Kolkata', '2026-06-01T09:00:00+05:30'],
    ['Etc/GMT+12', '2026-06-01T09:00:00-12:00'],
    ['Pacific/Kiritimati', '2026-06-01T09:00:00+14:00'],
  ])('%s', (zone, expected) => {
    expect(runs(inZone('* * * * 9 0 0', zone), '2026-05-31T12:00Z', 5)).toContain(expected);
  });
});

describe('the ends of time', () => {
  const daily = (zone: string) => ({ ...parseTimeOfDay('9.00'), zone: { zone, ...DEFAULT_DST } });
  const cron = (zone: string) => inZone('* * * * 9 0 0', zone);

  it.each(['America/New_York', 'Pacific/Kiritimati', 'Africa/Monrovia', 'Europe/Dublin'])(
    'neither throw nor differ between a cron and the time of day of the same meaning in %s',
    (zone) => {
      for (const at of [-Infinity, -9e15, -1, 0, 1, LAST_INSTANT - 1, LAST_INSTANT, LAST_INSTANT + 1, 9e15]) {
        const next = nextRunAt(cron(zone), at);
        expect(nextRunAt(daily(zone), at)).toBe(next);
        expect(previousRunAt(daily(zone), at, 0)).toBe(previousRunAt(cron(zone), at, 0));
        if (next !== null) expect(next).toBeGreaterThan(at);
      }
      expect(nextRunAt(daily(zone), -9e15)).toBeLessThan(86_400_000);
      expect(countRuns(daily(zone), 0, 86_400_000 * 10)).toBe(countRuns(cron(zone), 0, 86_400_000 * 10));
      expect(countRuns(cron(zone), LAST_INSTANT, 0)).toBe(0);
    },
  );

  it('is reached where nothing matches that may fire', () => {
    // The last Sunday of March, 02:30, never exists in Berlin since 1996.
    expect(nextRunAt(inZone('* 3 * -1.sun 2 30 0', BERLIN, SKIP), Date.UTC(2026, 0, 1))).toBeNull();
    expect(nextRunAt(inZone('* 2 30 * 0 0 0', BERLIN), 0)).toBeNull();
    expect(nextRunAt(inZone('2025 * * * 0 0 0', BERLIN), Date.UTC(2026, 0, 1))).toBeNull();
    expect(previousRunAt(inZone('2030 * * * 0 0 0', BERLIN), Date.UTC(2026, 0, 1), 0)).toBeNull();
  });

  it('has the rules of today', () => {
    expect(runs(inZone('* 7 1 * 9 0 0', BERLIN), '2998-12-31T00:00Z', 2)).toEqual([
      '2999-07-01T09:00:00+02:00',
    ]);
  });

  it('knows offsets with seconds', () => {
    // Liberia was 0:44:30 behind UTC until 7 January 1972 (IANA, file africa).
    expect(localTimeOf(Date.UTC(1971, 0, 1), 'Africa/Monrovia')).toBe('1970-12-31T23:15:30-00:44:30');
    expect(runs(inZone('* * * * 0 0 0', 'Africa/Monrovia'), '1972-01-05T12:00Z', 3)).toEqual([
      '1972-01-06T00:00:00-00:44:30',
      '1972-01-07T00:44:30+00:00 clock goes forward: 00:00 does not exist',
      '1972-01-08T00:00:00+00:00',
    ]);
  });
});

describe('counts over long times', () => {
  it('have a firing a day, and one for each second that there was', () => {
    const [from, to] = [Date.UTC(1999, 11, 31, 23), Date.UTC(2026, 11, 31, 23) - 1];
    expect(countRuns(inZone('* * * * 2 30 0', BERLIN), from, to)).toBe((to + 1 - from) / 86_400_000);
    expect(countRuns(inZone('* * * * 2 30 0', BERLIN, SKIP), from, to)).toBe(
      (to + 1 - from) / 86_400_000 - 27,
    );
    expect(countRuns(inZone('* * * * 2 30 0', BERLIN, BOTH), from, to)).toBe(
      (to + 1 - from) / 86_400_000 + 27,
    );
    expect(countRuns(inZone('* * * * * * *', BERLIN), from, to)).toBe((to + 1 - from) / 1_000);
  });
});

describe('what is said of a run', () => {
  it('is nothing without a zone, and of other patterns', () => {
    const at = Date.parse('2026-10-25T00:30Z');
    expect(noteOf(parseCron('* * * * 2 30 0'), at)).toBeNull();
    expect(noteOf({ kind: 'interval', everyMs: 60_000 }, at)).toBeNull();
    expect(noteOf({ kind: 'once', at }, at)).toBeNull();
  });

  it('has milliseconds where the run has', () => {
    const at = Date.parse('2026-06-01T00:00:00.250Z');
    expect(localTimeOf(at, BERLIN)).toBe('2026-06-01T02:00:00.250+02:00');
    expect(localTimeOf(at, 'America/St_Johns')).toBe('2026-05-31T21:30:00.250-02:30');
    expect(localTimeOf(at, 'UTC')).toBe('2026-06-01T00:00:00.250+00:00');
  });
});
