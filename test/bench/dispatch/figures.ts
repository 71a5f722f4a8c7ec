/** One figure of a workload, as the table and the JSON show it. */
export interface Figure {
  readonly workload: string;
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** What is asked for, and whether it is reached; left out where the figure is for information. */
  readonly bar?: { readonly text: string; readonly isMet: boolean };
  /** The same figure of a peer in the same run. */
  readonly peer?: { readonly name: string; readonly value: number };
}

/** A figure with an upper bar. */
export function atMost(limit: number, figure: Omit<Figure, 'bar' | 'peer'>): Figure {
  return { ...figure, bar: { text: `<= ${limit} ${figure.unit}`.trim(), isMet: figure.value <= limit } };
}

/** A figure below an upper bar. */
export function below(limit: number, figure: Omit<Figure, 'bar' | 'peer'>): Figure {
  return { ...figure, bar: { text: `< ${limit} ${figure.unit}`.trim(), isMet: figure.value < limit } };
}

/** A figure with a lower bar. */
export function atLeast(limit: number, figure: Omit<Figure, 'bar' | 'peer'>): Figure {
  return { ...figure, bar: { text: `>= ${limit} ${figure.unit}`.trim(), isMet: figure.value >= limit } };
}

/** A figure that must reach `times` that of a peer. */
export function besidePeer(
  times: number | null,
  figure: Figure,
  peer: { name: string; value: number },
): Figure {
  if (times === null) return { ...figure, peer };
  const bar = { text: `>= ${times} x ${peer.name}`, isMet: figure.value >= times * peer.value };
  return { ...figure, bar, peer };
}

/** The value that `part` (0 to 1) of the values do not exceed; NaN for none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Jain's index of fairness: 1 where all got the same, 1/n where one got everything. */
export function jainIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 0 : (sum * sum) / (values.length * squares);
}
