import type { Instant } from '../core/instant.js';
import type { EndedRun } from '../run-log/run-endings.js';

/** What the newest ended run of a schedule says of it. */
export interface Finding {
  readonly scheduleId: string;
  readonly instanceId: number;
  readonly tenancyId: number;
  readonly jobId: number;
  readonly standing: 'failing' | 'healed';
  /** The newest ended run: its id, for when it was planned, and when it ended. */
  readonly runId: string;
  readonly plannedAt: Instant;
  readonly lastAt: Instant;
  /** The first of the runs that have failed in a row: when it ended, and for when it was planned. */
  readonly sinceAt: Instant;
  readonly sincePlannedAt: Instant;
  /** How many have failed in a row, as far as this finding knows. */
  readonly times: number;
}

/** Where a schedule belongs. */
export type Owner = Pick<Finding, 'scheduleId' | 'instanceId' | 'tenancyId' | 'jobId'>;

/**
 * Returns what ended runs of one schedule say of it, in the order in which it is to be written: a success and what failed
 * after it, where the schedule is known to have been failing before, else what came last of both.
 */
export function findingsOf(owner: Owner, runs: readonly EndedRun[], isKnown: boolean): Finding[] {
  const inOrder = [...runs].sort((a, b) => a.plannedAt - b.plannedAt);
  const lastSuccess = inOrder.findLastIndex(({ state }) => state === 'SUCCESS');
  const success = inOrder[lastSuccess];
  const failed = inOrder.slice(lastSuccess + 1);
  const [first, newest] = [failed[0], failed.at(-1)];
  const findings: Finding[] = [];
  if (success && isKnown)
    findings.push(findingOf(owner, 'healed', { first: success, newest: success, times: 0 }));
  if (first && newest) findings.push(findingOf(owner, 'failing', { first, newest, times: failed.length }));
  return findings;
}

type Ended = Pick<EndedRun, 'runId' | 'plannedAt' | 'endedAt'>;

/** Returns the finding of a row of runs that ended alike. */
export function findingOf(
  owner: Owner,
  standing: Finding['standing'],
  { first, newest, times }: { first: Ended; newest: Ended; times: number },
): Finding {
  const { scheduleId, instanceId, tenancyId, jobId } = owner;
  return {
    ...{ scheduleId, instanceId, tenancyId, jobId, standing, times },
    ...{ runId: newest.runId, plannedAt: newest.plannedAt, lastAt: newest.endedAt },
    ...{ sinceAt: first.endedAt, sincePlannedAt: first.plannedAt },
  };
}
