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

type Ended = Pick<EndedRun, 'runId' | 'plannedAt' | 'endedAt'>;

/** What there is to know of a schedule before a failure of it is noted. */
export interface Past {
  /** Whether it is noted as failing, or as switched off while it failed. */
  readonly isFailing: boolean;
  /** For when the first of its noted failures was planned, or the success that healed it; null where it is not noted. */
  readonly notedFrom: Instant | null;
  /** The newest success that nobody has noted: planned later than the newest run that was. */
  readonly success: Ended | null;
}

const NO_PAST: Past = { isFailing: false, notedFrom: null, success: null };

/**
 * Returns what ended runs of one schedule say of it, in the order in which it is to be written: a success, where the
 * schedule was failing before it, and what failed after the last one. `past` is null where none of the runs failed, or the
 * schedule is gone; `isKnown` says whether this replica knows the schedule as failing. A failure that was planned before the
 * noted ones is left out: nobody knows whether a run has succeeded in between.
 */
export function findingsOf(
  owner: Owner,
  runs: readonly EndedRun[],
  { isKnown, past }: { readonly isKnown: boolean; readonly past: Past | null },
): Finding[] {
  const { isFailing, notedFrom, success: unseen } = past ?? NO_PAST;
  const inOrder = [...runs].sort((a, b) => a.plannedAt - b.plannedAt);
  const own = inOrder.findLast(({ state }) => state === 'SUCCESS');
  const success = newestOf(unseen, own);
  const bound = Math.max(success?.plannedAt ?? -1, notedFrom ?? -1);
  const failed = inOrder.filter(({ state, plannedAt }) => state !== 'SUCCESS' && plannedAt > bound);
  const [first, newest] = [failed[0], failed.at(-1)];
  const findings: Finding[] = [];
  if (success && ((unseen && isFailing) || (own && isKnown)))
    findings.push(findingOf(owner, 'healed', { first: success, newest: success, times: 0 }));
  if (first && newest) findings.push(findingOf(owner, 'failing', { first, newest, times: failed.length }));
  return findings;
}

const newestOf = (one: Ended | null, other: Ended | undefined) =>
  one && one.plannedAt >= (other?.plannedAt ?? -1) ? one : other;

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
