/** `GET /scheduler/load`: how many runs are planned in each step of a span. */
export interface Load {
  /** ISO 8601. */
  readonly from: string;
  readonly counts: readonly number[];
}

/** Asks for the runs of each minute. */
export function loadRoute({ from, to }: { readonly from: number; readonly to: number }): string {
  const wire = (at: number) => new Date(at).toISOString();
  return `/scheduler/load?from=${wire(from)}&to=${wire(to)}&step=${encodeURIComponent('1 minute')}`;
}
