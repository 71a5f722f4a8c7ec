import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import type { RunState } from '../core/run-state.js';
import type { Tx } from '../database/tx.js';
import type { RunOrigin } from '../database/entities/run.row.js';
import type { ScheduleKind } from '../database/entities/schedule.row.js';

/** The job of a run that has ended: what those who are told of the end want to know of it. */
export interface EndedJob {
  readonly id: number;
  readonly name: string;
  /** Its alert switches (`ansConfig`); null where they are not set. */
  readonly ansOnSuccess: boolean | null;
  readonly ansOnError: boolean | null;
}

/** A run that has just ended. Every path that ends runs knows all of this without a statement of its own. */
export interface EndedRun {
  readonly runId: string;
  readonly scheduleId: string;
  /** Null where the schedule was deleted while the run was under way. */
  readonly scheduleKind: ScheduleKind | null;
  /** Null where the schedule or its job was deleted while the run was under way. */
  readonly job: EndedJob | null;
  readonly tenancyId: number;
  /** Only a run that was asked for can have someone who waits for it: planned ones need no look. */
  readonly origin: RunOrigin;
  readonly plannedAt: Instant;
  readonly dueAt: Instant;
  readonly state: RunState;
  readonly httpStatus: number | null;
  readonly endedAt: Instant;
  readonly endText: string;
  /** True where its caller stopped it, so that the run itself came to nothing. */
  readonly isCanceled: boolean;
}

/** Does what the end of runs entails, within the transaction that ends them. */
export interface EndingParticipant {
  settle(tx: Tx, ended: readonly EndedRun[]): Promise<void>;
}

/**
 * Who takes part when runs end, whichever path ended them: the call, a late report, the timeout. The modules
 * above (schedule, operation) join at start, because run-log imports neither.
 */
@Injectable()
export class RunEndings {
  private readonly participants: EndingParticipant[] = [];

  join(participant: EndingParticipant): void {
    this.participants.push(participant);
  }

  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    if (ended.length === 0) return;
    for (const participant of this.participants) await participant.settle(tx, ended);
  }
}
