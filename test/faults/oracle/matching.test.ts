import fc from 'fast-check';
import { match, type Span } from './matching.js';

const matched = (points: readonly number[], spans: readonly Span[]) =>
  match(points, spans).filter((place) => place !== null).length;

/** Returns the size of the largest matching, by trying every way. */
function largest(points: readonly number[], spans: readonly Span[]): number {
  const [first, ...others] = points;
  if (first === undefined) return 0;
  const without = largest(others, spans);
  const withIt = spans.flatMap((span, place) =>
    span.fromMs <= first && first <= span.untilMs ? [1 + largest(others, spans.toSpliced(place, 1))] : [],
  );
  return Math.max(without, ...withIt);
}

const instant = fc.integer({ min: 0, max: 12 });
const span = fc.tuple(instant, instant).map(([fromMs, lengthMs]) => ({ fromMs, untilMs: fromMs + lengthMs }));

describe('Matching points with spans', () => {
  it.each([
    ['nothing with nothing', [], [], []],
    [
      'a point at either end',
      [5, 7],
      [
        { fromMs: 5, untilMs: 5 },
        { fromMs: 6, untilMs: 7 },
      ],
      [0, 1],
    ],
    ['no point outside', [4, 8], [{ fromMs: 5, untilMs: 7 }], [null]],
    [
      'one point only once',
      [5],
      [
        { fromMs: 5, untilMs: 6 },
        { fromMs: 4, untilMs: 9 },
      ],
      [0, null],
    ],
    [
      'a point with the span that ends first',
      [5, 9],
      [
        { fromMs: 0, untilMs: 9 },
        { fromMs: 5, untilMs: 6 },
      ],
      [1, 0],
    ],
    [
      'a point with the youngest of those that end together',
      [5],
      [
        { fromMs: 0, untilMs: 9 },
        { fromMs: 5, untilMs: 9 },
      ],
      [null, 0],
    ],
  ])('matches %s', (_, points, spans, expected) => {
    expect(match(points, spans)).toEqual(expected);
  });

  it('matches as many as can be matched', () => {
    const some = fc.tuple(fc.array(instant, { maxLength: 6 }), fc.array(span, { maxLength: 6 }));
    fc.assert(fc.property(some, ([points, spans]) => matched(points, spans) === largest(points, spans)));
  });

  it('gives no point twice, and each only to a span that holds it', () => {
    fc.assert(
      fc.property(fc.array(instant), fc.array(span), (points, spans) => {
        const given = match(points, spans);
        const places = given.filter((place) => place !== null);
        expect(new Set(places).size).toBe(places.length);
        given.forEach((place, index) => {
          if (place === null) return;
          expect(points[place]).toBeGreaterThanOrEqual(spans[index]?.fromMs ?? Infinity);
          expect(points[place]).toBeLessThanOrEqual(spans[index]?.untilMs ?? -Infinity);
        });
      }),
    );
  });
});
