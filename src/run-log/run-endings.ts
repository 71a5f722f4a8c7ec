import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import type { RunPolicy } from '../core/policy/run-policy.js';
import type { RunState } from '../core/run-state.js';
import type { Tx } from '../database/tx.js';
import type { ActionKind } from '../database/entities/job.row.js';
import type { RunOrigin } from '../database/entities/run.row.js';
import type { ScheduleKind } from '../database/entities/schedule.row.js';

/** The job of a run that has ended, with the data that notifications of the end need. */
export interface EndedJob {
  readonly id: number;
  readonly kind: ActionKind;
  readonly name: string;
  /** The alert switches of the job (`ansConfig`); null where they are not set. */
  readonly ansOnSuccess: boolean | null;
  readonly ansOnError: boolean | null;
}

/** A run that has just ended. All code that ends runs has these values without an extra statement. */
export interface EndedRun {
  readonly runId: string;
  readonly scheduleId: string;
  /** Null where the schedule was deleted while the run was under way. */
  readonly scheduleKind: ScheduleKind | null;
  /** Null where the schedule or its job was deleted while the run was under way. */
  readonly job: EndedJob | null;
  /** The settings that it was claimed with, or those of now; null where they cannot be read. */
  readonly policy: RunPolicy | null;
  readonly tenancyId: number;
  /** Only a requested run can have somebody who waits for it; planned runs need no look-up. */
  readonly origin: RunOrigin;
  /** The operation that makes it as one of many; null, or not there, for any other. */
  readonly pacedBy?: string | null;
  readonly plannedAt: Instant;
  readonly dueAt: Instant;
  /** When it was called; null where it was not. */
  readonly executedAt: Instant | null;
  readonly state: RunState;
  readonly httpStatus: number | null;
  readonly endedAt: Instant;
  /** Since when the end was waited for after the call: its 202, or the report that came before it. Null where the answer itself ended the run. */
  readonly awaitedFrom: Instant | null;
  readonly endText: string;
  /** True where a caller canceled the run, so that the run itself has no result. */
  readonly isCanceled: boolean;
  /** True where its call was told of before (`EndingParticipant.begin`), because the run went on after it. */
  readonly wasBegun: boolean;
  /** True where an earlier attempt, whose commit was not answered, has stored this end: what counts it has done so. */
  readonly isRepeated: boolean;
}

/** A call whose run goes on after it: the application acknowledged it, or may have. */
export type BegunRun = Pick<EndedRun, 'tenancyId' | 'dueAt'> & { readonly executedAt: Instant };

/** A run that is called again after its call failed, and when. */
export type RepeatedRun = Pick<EndedRun, 'tenancyId' | 'dueAt'>;

/** A run whose call is over, or that will not be called, whatever comes next. */
export type LeftRun = Pick<EndedRun, 'runId' | 'tenancyId' | 'policy' | 'job' | 'executedAt'>;

/** Does what must follow when runs end, in the transaction that ends them. */
export interface EndingParticipant {
  /** Hears of calls that were recorded and whose runs go on: once each, but for those that end before their call is recorded. */
  begin?(tx: Tx, begun: readonly BegunRun[]): void;
  /** Hears of runs whose call failed and that go back to the queue. */
  again?(tx: Tx, repeated: readonly RepeatedRun[]): void;
  /**
   * Hears of runs that are over for their endpoints: acknowledged, to be called again, or ended. `wereCalled` says that the answers to
   * their calls say so. Comes before `settle`, and once in each transaction that records calls.
   */
  leave?(tx: Tx, runs: readonly LeftRun[], how: { readonly wereCalled: boolean }): Promise<void>;
  /** Hears of runs that have ended. */
  settle?(tx: Tx, ended: readonly EndedRun[]): Promise<void>;
}

/**
 * The participants when runs end, whatever ended them: the call, a late report, the time limit. The modules that
 * depend on run-log (schedule, operation) register at start, because run-log imports neither.
 */
@Injectable()
export class RunEndings {
  private readonly participants: EndingParticipant[] = [];

  join(participant: EndingParticipant): void {
    this.participants.push(participant);
  }

  /** Tells of calls whose runs go on after them. */
  begin(tx: Tx, begun: readonly BegunRun[]): void {
    if (begun.length === 0) return;
    for (const participant of this.participants) participant.begin?.(tx, begun);
  }

  /** Tells of runs that go back to the queue. */
  again(tx: Tx, repeated: readonly RepeatedRun[]): void {
    if (repeated.length === 0) return;
    for (const participant of this.participants) participant.again?.(tx, repeated);
  }

  /** Tells of runs that are over for their endpoints. */
  async leave(tx: Tx, runs: readonly LeftRun[], how: { readonly wereCalled: boolean }): Promise<void> {
    if (runs.length === 0) return;
    for (const participant of this.participants) await participant.leave?.(tx, runs, how);
  }

  /** Tells of runs that have ended. */
  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    if (ended.length === 0) return;
    for (const participant of this.participants) await participant.settle?.(tx, ended);
  }
}
