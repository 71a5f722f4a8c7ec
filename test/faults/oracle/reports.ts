import type { RunState } from '../../../src/core/run-state.js';

/** What an application says of a run. */
export interface Outcome {
  readonly success: boolean;
  readonly message: string;
}

/** A report that was sent once, and how it was answered; null where it was not. */
export interface SentReport {
  readonly runId: string;
  readonly outcome: Outcome;
  readonly status: number | null;
}

/** What is on record of a run for whose end somebody waits. */
export interface RecordedEnd {
  readonly runId: string;
  readonly state: RunState;
  readonly text: string | null;
  /** How many completions were told of it. */
  readonly completions: number;
}

/** How a report may be answered: it stands, another one does, or it is to be sent again. */
const ANSWERS: readonly (number | null)[] = [200, 409, 503, null];

/**
 * Returns what is wrong with the answers to reports, by what is on record. A report that was answered 200 is on record, and
 * one that was refused is not: so no two different ones of a run can both have been taken. A run whose report was taken
 * has ended once, and every other one at most once.
 */
export function complaintsAboutReports(
  sent: readonly SentReport[],
  record: readonly RecordedEnd[],
): string[] {
  const endOf = new Map(record.map((end) => [end.runId, end]));
  const taken = new Set(sent.filter(({ status }) => status === 200).map(({ runId }) => runId));
  return [
    ...sent.flatMap((report) => complaintsOf(report, endOf.get(report.runId))),
    ...record
      .filter(({ runId, completions }) => completions > 1 || (completions < 1 && taken.has(runId)))
      .map(({ runId, completions }) => `run ${runId}: ${completions} completions were told of it`),
  ];
}

function complaintsOf({ runId, outcome, status }: SentReport, end: RecordedEnd | undefined): string[] {
  if (!ANSWERS.includes(status)) return [`run ${runId}: a report was answered ${status}`];
  const isOnRecord = end?.state === (outcome.success ? 'SUCCESS' : 'ERROR') && end.text === outcome.message;
  const said = JSON.stringify(outcome);
  if (status === 200 && !isOnRecord) return [`run ${runId}: ${said} was answered 200, and is not on record`];
  if (status === 409 && isOnRecord) return [`run ${runId}: ${said} was answered 409, and is on record`];
  return [];
}
