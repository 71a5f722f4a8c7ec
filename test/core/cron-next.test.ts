import fc from 'fast-check';
import { parseCron } from '../../src/core/cron/cron.js';
import { LAST_INSTANT } from '../../src/core/instant.js';
import { countRuns, nextRunAt, previousRunAt } from '../../src/core/plan/pattern.js';
import { randomCron, randomInstant } from './cron-arbitrary.js';
import { countByStepping, HORIZON_DAYS, nextByStepping, previousByStepping } from './cron-brute-force.js';

const DAY = 86_400_000;

describe('the runs of a cron, compared with stepping through seconds and days', () => {
  it('come next where stepping forward finds them', () => {
    fc.assert(
      fc.property(randomCron, randomInstant, (cron, after) => {
        const stepped = nextByStepping(cron, after);
        const next = nextRunAt(parseCron(cron.text), after);
        if (stepped === 'beyond')
          return next === null || (next > after + HORIZON_DAYS * DAY - DAY && next <= LAST_INSTANT);
        return next === stepped;
      }),
      { numRuns: 600 },
    );
  });

  it('came last where stepping backward finds them', () => {
    fc.assert(
      fc.property(randomCron, randomInstant, (cron, atOrBefore) => {
        const stepped = previousByStepping(cron, atOrBefore);
        const previous = previousRunAt(parseCron(cron.text), atOrBefore, 0);
        if (stepped === 'beyond')
          return previous === null || previous < atOrBefore - HORIZON_DAYS * DAY + DAY;
        return previous === stepped;
      }),
      { numRuns: 600 },
    );
  });

  it('are as many as stepping counts', () => {
    const length = fc.oneof(fc.integer({ min: -1000, max: 3 * DAY }), fc.integer({ min: 0, max: 500 * DAY }));
    fc.assert(
      fc.property(randomCron, randomInstant, length, (cron, from, ms) => {
        return countRuns(parseCron(cron.text), from, from + ms) === countByStepping(cron, from, from + ms);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the runs of a cron, compared with each other', () => {
  it('are constant up to the next one and later from there on', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(randomCron, randomInstant, share, fc.nat(), (cron, now, part, later) => {
        const pattern = parseCron(cron.text);
        const next = nextRunAt(pattern, now);
        if (next === null) return nextRunAt(pattern, now + later) === null;
        const before = Math.min(now + Math.floor((next - now) * part), next - 1);
        const after = nextRunAt(pattern, next + later);
        return next > now && nextRunAt(pattern, before) === next && (after === null || after > next);
      }),
      { numRuns: 700 },
    );
  });

  it('are found again looking back, and nothing lies between', () => {
    fc.assert(
      fc.property(randomCron, randomInstant, (cron, now) => {
        const pattern = parseCron(cron.text);
        const next = nextRunAt(pattern, now);
        if (next === null) return countRuns(pattern, now + 1, Date.UTC(3000, 0, 1)) === 0;
        const last = previousRunAt(pattern, next - 1, 0);
        return (
          previousRunAt(pattern, next, 0) === next &&
          previousRunAt(pattern, next + 999, next) === next &&
          previousRunAt(pattern, next - 1, now + 1) === null &&
          (last === null || last <= now) &&
          countRuns(pattern, now + 1, next) === 1 &&
          countRuns(pattern, now + 1, next - 1) === 0
        );
      }),
      { numRuns: 700 },
    );
  });

  it('add up over adjoining spans', () => {
    const span = fc.integer({ min: 0, max: 4_000 * DAY });
    fc.assert(
      fc.property(randomCron, randomInstant, span, span, (cron, from, a, b) => {
        const pattern = parseCron(cron.text);
        const parts = countRuns(pattern, from, from + a) + countRuns(pattern, from + a + 1, from + a + b);
        return countRuns(pattern, from, from + a + b) === parts;
      }),
      { numRuns: 500 },
    );
  });

  it('repeat after 400 years when any year is permitted', () => {
    const cycle = 146_097 * DAY;
    const instant = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) });
    fc.assert(
      fc.property(randomCron, instant, (cron, now) => {
        const pattern = parseCron(cron.text.replace(/^\S+/, '*'));
        const next = nextRunAt(pattern, now);
        return nextRunAt(pattern, now + cycle) === (next === null ? null : next + cycle);
      }),
      { numRuns: 500 },
    );
  });
});
