import { planOf, spanAt } from '../../web/src/pages/plan/minutes.js';
import { pathsOf, SHADES, shadeOf } from '../../web/src/pictures/heat-shape.js';
import { AGAIN } from '../../web/src/texts/again.js';
import { PLAN } from '../../web/src/texts/plan.js';

const MINUTE = 60_000;
const FROM = Date.UTC(2026, 10, 25, 23);

/** A day from 23:00 in which so many runs are planned so many minutes later. */
const dayWith = (planned: Readonly<Record<number, number>>) =>
  Array.from({ length: 1_440 }, (_, place) => planned[place] ?? 0);

describe('The plan of a day', () => {
  it('begins with the present hour', () => {
    expect(spanAt(FROM + 59 * MINUTE)).toEqual({ from: FROM, to: FROM + 1_440 * MINUTE });
    expect(spanAt(FROM)).toEqual(spanAt(FROM + 1));
  });

  it('names its fullest minute, and the quietest ones beside it', () => {
    const others = Object.fromEntries(Array.from({ length: 31 }, (_, step) => [45 + step, 800]));
    const counts = dayWith({ ...others, 60: 1_250, 57: 0, 63: 2, 64: 0 });
    const { total, fullest, asFull, quiet } = planOf(FROM, counts, FROM);
    expect(total).toBe(27 * 800 + 1_252);
    expect(fullest).toEqual({ at: FROM + 60 * MINUTE, count: 1_250 });
    expect(PLAN.fullest(FROM + 60 * MINUTE, 1_250, asFull)).toBe(
      'The fullest minute is 00:00 with 1,250 runs',
    );
    expect(PLAN.quiet(FROM + 60 * MINUTE, quiet)).toBe(
      'Quiet near 00:00: 23:57 and 00:04 with none, 00:03 with 2 runs.',
    );
  });

  it('names several quiet minutes as a list', () => {
    const quiet = [58, 59, 61].map((minute) => ({ at: FROM + minute * MINUTE, count: 0 }));
    expect(PLAN.quiet(FROM + 60 * MINUTE, quiet)).toBe('Quiet near 00:00: 23:58, 23:59 and 00:01 with none.');
  });

  it('advises nobody to go to a minute that has passed, nor where there is no crowd', () => {
    const counts = dayWith({ 10: 100 });
    expect(planOf(FROM, counts, FROM + 10 * MINUTE).quiet.map(({ at }) => (at - FROM) / MINUTE)).toEqual([
      11, 12, 13,
    ]);
    expect(planOf(FROM, dayWith({ 10: 3 }), FROM).quiet).toEqual([]);
    expect(planOf(FROM, dayWith({}), FROM)).toEqual({ total: 0, fullest: null, asFull: 0, quiet: [] });
  });

  it('says so where several minutes are the fullest', () => {
    const { asFull } = planOf(FROM, dayWith({ 5: 1, 60: 1 }), FROM);
    expect(PLAN.fullest(FROM, 1, asFull)).toBe('2 minutes are the fullest, with 1 run each');
  });

  it('has five shades, the darkest for the fullest alone, none for nothing', () => {
    expect([0, 1, 1_250].map((count) => shadeOf(count, 1_250))).toEqual([0, 1, SHADES]);
    expect(shadeOf(1, 1)).toBe(SHADES);
    const cells = pathsOf(dayWith({ 0: 1, 61: 1_250 })).map((path) => path.split('M').length - 1);
    expect(cells).toEqual([1_438, 1, 0, 0, 0, 1]);
    expect(pathsOf(dayWith({ 61: 9 }))[SHADES]).toBe('M10 10h9v9h-9z');
  });
});

describe('What many runs came to', () => {
  it('is told without outcomes that did not occur', () => {
    expect(AGAIN.done({ succeeded: 1_437, failed: 3 })).toBe('1,440 runs ended: 1,437 succeeded, 3 failed.');
    expect(AGAIN.done({ succeeded: 1, 'error-count': 2 })).toBe(
      '1 run ended: 1 succeeded. 2 runs could not be run again: what they were called with is gone.',
    );
    expect(AGAIN.canceled({ matched: 10, made: 5 })).toBe(
      'Canceled: 5 of 10 runs had begun. No run has ended.',
    );
  });
});
