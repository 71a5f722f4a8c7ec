/** A span of time, both ends included. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Matches points of time with spans that hold them, one to one, as many as can be, as Jepsen's checker of Chronos
 * does. Answers for each span the place of its point, null where it got none.
 *
 * Points in ascending order each take the open span that ends first. That is exact for spans (Glover 1967): say a
 * best matching gives the point p a span that ends later than the earliest ending one, s. Whichever point s has there
 * comes after p, and not after the end of s, so it lies in the later span too: the two can be exchanged. Of spans that
 * end together the youngest is taken, so that a call on time is matched with its own instant and not with an older
 * one whose call is still to come: that changes no count, but says rightly how late each was.
 */
export function match(points: readonly number[], spans: readonly Span[]): (number | null)[] {
  const places = spans.map((_, place) => place).sort((a, b) => at(spans, a).fromMs - at(spans, b).fromMs);
  const order = points.map((_, place) => place).sort((a, b) => (points[a] ?? 0) - (points[b] ?? 0));
  const matched = spans.map((): number | null => null);
  let open: number[] = [];
  let next = 0;
  for (const place of order) {
    const point = points[place] ?? 0;
    for (; next < places.length && at(spans, places[next] ?? 0).fromMs <= point; next++) {
      open.push(places[next] ?? 0);
    }
    open = open.filter((candidate) => at(spans, candidate).untilMs >= point);
    const taken = earliestEnding(open, spans);
    if (taken === null) continue;
    matched[taken] = place;
    open = open.filter((candidate) => candidate !== taken);
  }
  return matched;
}

function earliestEnding(open: readonly number[], spans: readonly Span[]): number | null {
  let best: number | null = null;
  for (const place of open) {
    const span = at(spans, place);
    const leader = best === null ? null : at(spans, best);
    const isBetter =
      leader === null ||
      span.untilMs < leader.untilMs ||
      (span.untilMs === leader.untilMs && span.fromMs > leader.fromMs);
    if (isBetter) best = place;
  }
  return best;
}

function at(spans: readonly Span[], place: number): Span {
  const span = spans[place];
  if (span === undefined) throw new Error(`There is no span ${place}.`);
  return span;
}
