import { jest } from '@jest/globals';
import { nextRunAt } from '../../src/core/plan/pattern.js';
import { timeZone } from '../../src/core/zone/time-zone.js';
import { inZone } from './zone-runs.js';

const NOW = Date.UTC(2026, 0, 1);

/** How often ICU is asked for a local time while something is worked out. */
function lookUps(work: () => void): number {
  const parts = jest.spyOn(Date, 'UTC');
  work();
  const { length } = parts.mock.calls;
  parts.mockRestore();
  return length;
}

describe('what zones cost', () => {
  it('is nothing any more for a zone that is known, however many there are', () => {
    const zones = Intl.supportedValuesOf('timeZone').slice(0, 300);
    const look = () => zones.forEach((zone) => timeZone(zone).offsetAt(NOW));
    look();
    expect(lookUps(look)).toBe(0);
  });

  it.each([
    ['Europe/Vienna', '* 3 * -1.sun 2 30 0'],
    ['America/Chicago', '* 3 * 2.sun 2 30 0'],
  ])(
    'is some decades for a pattern that never fires, because clocks jump over each local time: %s',
    (zone, cron) => {
      const never = () => nextRunAt(inZone(cron, zone, { gap: 'skip' }), NOW);
      expect(lookUps(never)).toBeLessThan(10_000);
      expect(never()).toBeNull();
    },
  );

  it('is not saved where clocks jump no more in the end', () => {
    // Moscow: each last Sunday of March from 1992 to 2011.
    const cron = inZone('* 3 * -1.sun 2 30 0', 'Europe/Moscow', { gap: 'skip' });
    expect(nextRunAt(cron, Date.UTC(1992, 1, 1))).toBe(Date.parse('2012-03-24T22:30Z'));
  });
});
