/** Frozen with the migrations 0043 and 0044: the bounds of the steps of lateness, in ms; the last step has none. */
const BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000, 600_000];
const STEPS = BOUNDS.length + 1;
/** The states of runs that may have been called, and those of which it is known how they ended. */
const BEGUN = '1, 2, 3, 4, 5, 6, 7, 8';
const FAILED = '5, 6, 8';
const UNKNOWN = 7;

const steps = (text: (step: number) => string) =>
  Array.from({ length: STEPS }, (_, step) => text(step)).join(', ');

/** Returns the columns of counts as a table defines them. */
export function countColumns(): string {
  return `calls {int} NOT NULL, failures {int} NOT NULL, unknowns {int} NOT NULL, ${steps((step) => `late_${step} {int} NOT NULL`)}`;
}

/** Returns the sums of what `countsOfRuns` (alias `c`) says, in the order of the columns. */
export function countSums(): string {
  const those = (condition: string) => `SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END)`;
  const ends = [`c.state IN (${FAILED})`, `c.state = ${UNKNOWN}`].map(those);
  return `COUNT(*), ${ends.join(', ')}, ${steps((step) => those(stepIs(step)))}`;
}

/** Returns a SELECT of every run that was called: whose it is, when the minute or hour began in which it was due, and how late it was. */
export function countsOfRuns(lengthMs: number, condition: string): string {
  return `SELECT t.instance_id, r.tenancy_id, r.due_at - r.due_at % ${lengthMs} AS at, r.state, r.executed_at - r.due_at AS late
    FROM run r JOIN tenancy t ON t.id = r.tenancy_id
    WHERE r.state IN (${BEGUN}) AND r.executed_at IS NOT NULL ${condition}`;
}

function stepIs(step: number): string {
  const [above, bound] = [BOUNDS[step - 1], BOUNDS[step]];
  return [
    ...(above === undefined ? [] : [`c.late > ${above}`]),
    ...(bound === undefined ? [] : [`c.late <= ${bound}`]),
  ].join(' AND ');
}
