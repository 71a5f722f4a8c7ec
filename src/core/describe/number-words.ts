/** Returns texts as one part of a sentence: `a, b and c`. */
export function listed(texts: readonly string[], last: 'and' | 'or' = 'and'): string {
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} ${last} ${texts.at(-1)}`;
}

/** Returns a number as a place in an order: `1st`, `22nd`, `13th`. */
export function ordinal(value: number): string {
  const isTeen = value % 100 >= 11 && value % 100 <= 13;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${ending}`;
}

/** Returns what comes every so often: `every minute`, `every 5 minutes`. */
export function every(count: number, unit: string): string {
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;
}

/** Numbers that follow each other. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** Returns ascending numbers as runs of such that follow each other. */
export function runsOf(values: readonly number[]): Run[] {
  const runs: { first: number; last: number }[] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run !== undefined && run.last + 1 === value) run.last = value;
    else runs.push({ first: value, last: value });
  }
  return runs;
}

/** Returns whether ascending numbers, one at least, all follow each other. */
export function isRun(values: readonly number[]): boolean {
  return runsOf(values).length === 1;
}

/** Returns ascending numbers by name; three and more that follow each other are `a to b`. */
export function spans(values: readonly number[], nameOf: (value: number) => string): string[] {
  return runsOf(values).flatMap(({ first, last }) => {
    if (first === last) return [nameOf(first)];
    const between = last === first + 1 ? [nameOf(first), nameOf(last)] : null;
    return between ?? [`${nameOf(first)} to ${nameOf(last)}`];
  });
}

/** Returns the distance of ascending numbers, two at least, that are equally far apart; null where they are not. */
export function stepOf(values: readonly number[]): number | null {
  const [first = 0, second = 0] = values;
  const step = second - first;
  if (values.length < 2) return null;
  return values.every((value, place) => value === first + place * step) ? step : null;
}

/** Returns the step of values that go round a whole field in equal steps from 0; null where they do not. */
export function cycleOf(values: readonly number[], size: number): number | null {
  const step = stepOf(values);
  return step !== null && values[0] === 0 && step * values.length === size ? step : null;
}
