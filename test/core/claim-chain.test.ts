import fc from 'fast-check';
import { planOfClaim } from '../../src/core/plan/claim-plan.js';
import { parseCron } from '../../src/core/cron/cron.js';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../../src/core/instant.js';
import { nextRunAt, type SchedulePattern } from '../../src/core/plan/pattern.js';
import { NO_POLICY } from '../../src/core/policy/run-policy.js';

const PLANNED = { isOfPlan: true, policy: NO_POLICY, hasWaited: false } as const;

describe('a chain of claims', () => {
  const begin = Date.parse('2026-03-10T12:00:00Z');
  const pattern = fc.constantFrom(
    ...['* * * * * */5 0', '* * * * * 0 0', '* * * * * * */20', '* * * * * 3,4,50 30', '* * * * 9:17 */7 0'],
  );
  const minutes = (most: number) => fc.integer({ min: 0, max: most * 60 }).map((s) => s * SECOND_MS);
  const outage = fc.record({ after: minutes(180), length: minutes(90) });
  const story = fc.record({
    pattern: pattern.map((text) => parseCron(text)),
    outage,
    lateMs: minutes(10),
    endAt: fc.option(minutes(240).map((ms) => begin + ms)),
  });

  /** Every instant of the pattern within the window, up to an instant. */
  const instantsOf = (of: SchedulePattern, until: Instant) => {
    const instants: Instant[] = [];
    for (let n = nextRunAt(of, begin); n !== null && n <= until; n = nextRunAt(of, n)) instants.push(n);
    return instants;
  };

  it('executes or skips every instant once, in order, and skips only what one long outage missed', () => {
    const until = begin + 5 * HOUR_MS;
    fc.assert(
      fc.property(story, ({ pattern, outage, lateMs, endAt }) => {
        const fromAt = begin + outage.after;
        const away = { fromAt, toAt: fromAt + outage.length };
        const window = { startAt: null, endAt };
        const seen: Instant[] = [];
        const executed: Instant[] = [];
        let plannedAt = nextRunAt(pattern, begin) ?? until;
        while (plannedAt <= Math.min(until, endAt ?? until)) {
          const isMissed = plannedAt > away.fromAt && plannedAt <= away.toAt;
          const now = Math.max(plannedAt, isMissed ? away.toAt : plannedAt) + lateMs;
          const input = { ...PLANNED, pattern, plannedAt, timedAt: begin, window, now, outages: [away] };
          const plan = planOfClaim(input);
          if (plan.skipped) {
            const left = instantsOf(pattern, plan.skipped.toAt).filter((instant) => instant >= plannedAt);
            expect(left).toHaveLength(plan.skipped.count);
            expect(plan.skipped.fromAt).toBe(plannedAt);
            expect(isMissed && outage.length >= 20 * MINUTE_MS).toBe(true);
            seen.push(...left);
          }
          seen.push(plan.at);
          executed.push(plan.at);
          // The very same decision for the very same claim: a transaction may be run again.
          expect(planOfClaim(input)).toEqual(plan);
          if (plan.next.kind !== 'at') break;
          plannedAt = plan.next.at;
        }
        const expected = instantsOf(pattern, Math.min(until, endAt ?? until));
        expect(seen.filter((instant) => instant <= until)).toEqual(expected);
        const missed = executed.filter((instant) => instant > away.fromAt && instant <= away.toAt);
        if (outage.length >= 20 * MINUTE_MS) expect(missed.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
