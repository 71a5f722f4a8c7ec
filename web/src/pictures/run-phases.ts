import type { RunDetail } from '../api/runs.js';

export type PhaseName = 'calls' | 'late' | 'answer' | 'report';

/** A time that somebody waited, from one step of a run to the next. */
export interface Phase {
  readonly name: PhaseName;
  readonly from: number;
  readonly to: number;
  /** True while the wait goes on: `to` is now. */
  readonly isOpen: boolean;
}

/** A step of a run, in the order of time. */
export interface Step {
  readonly name: 'planned' | 'due' | 'called' | 'acked' | 'gaveUp' | 'ended';
  readonly at: number;
}

type Timed = Pick<
  RunDetail,
  | 'state'
  | 'plannedAt'
  | 'dueAt'
  | 'calledAt'
  | 'ackedAt'
  | 'endedAt'
  | 'httpStatus'
  | 'limits'
  | 'transitions'
>;

/** What the picture of a run is drawn from. */
export interface RunTimes {
  readonly steps: readonly Step[];
  readonly phases: readonly Phase[];
  /** The axis, in milliseconds. */
  readonly from: number;
  readonly to: number;
  /** The limit of the latest wait: how long from the call, and whether its end is within the axis. */
  readonly limit: { readonly ms: number; readonly at: number; readonly isWithin: boolean } | null;
}

/** A limit that is further away than so many times all that was waited would leave no room for the waits. */
const MOST_STRETCH = 3;

/** Returns the steps of a run and the waits between them, named; of a run that is not due yet there are no waits. */
export function timesOf(run: Timed, now: number): RunTimes {
  const { state, plannedAt, dueAt, ackedAt, endedAt } = run;
  // Of a run that waits for another call, the latest one has failed: it is among those before.
  const calledAt = state === 'RETRYING' ? null : run.calledAt;
  const phases: Phase[] = [];
  const wait = (name: PhaseName, from: number, end: number | null) => {
    if (end !== null || now > from) phases.push({ name, from, to: end ?? now, isOpen: end === null });
  };
  // Of a run that was skipped nobody has waited for anything.
  if (state === 'SKIPPED') return { steps: stepsOf(run), phases, from: dueAt, to: dueAt, limit: null };
  const isCalledAgain = failedCallsOf(run) > 0;
  if (isCalledAgain) wait('calls', plannedAt, dueAt > now ? null : dueAt);
  wait('late', dueAt, calledAt === null ? endedAt : Math.max(calledAt, dueAt));
  if (calledAt !== null) wait('answer', calledAt, ackedAt ?? endedAt);
  if (ackedAt !== null) wait('report', ackedAt, endedAt);
  const from = isCalledAgain ? plannedAt : Math.min(dueAt, calledAt ?? dueAt);
  const end = phases.at(-1)?.to ?? from;
  const limit = limitOf({ ...run, calledAt }, from, end);
  return {
    steps: stepsOf(run),
    phases,
    from,
    to: limit?.isWithin ? Math.max(end, limit.at) : end,
    limit,
  };
}

/** Returns how many calls of a run failed and were followed by another one. */
export function failedCallsOf({ transitions }: Pick<RunDetail, 'transitions'>): number {
  return transitions.filter(({ state }) => state === 'RETRYING').length;
}

function limitOf({ calledAt, ackedAt, limits }: Timed, from: number, end: number): RunTimes['limit'] {
  if (calledAt === null) return null;
  const ms = ackedAt === null ? limits.answerMs : limits.reportMs;
  const at = calledAt + ms;
  return { ms, at, isWithin: at - from <= MOST_STRETCH * (end - from) };
}

function stepsOf({ plannedAt, dueAt, calledAt, ackedAt, endedAt, httpStatus, state }: Timed): Step[] {
  const isAnswered = httpStatus !== null && state !== 'ACK_NOT_RECVD';
  const all: (Omit<Step, 'at'> & { at: number | null })[] = [
    { name: 'planned', at: plannedAt },
    { name: 'due', at: dueAt === plannedAt ? null : dueAt },
    { name: 'called', at: calledAt },
    { name: isAnswered ? 'acked' : 'gaveUp', at: ackedAt },
    { name: 'ended', at: endedAt },
  ];
  return all.flatMap(({ name, at }) => (at === null ? [] : [{ name, at }]));
}
