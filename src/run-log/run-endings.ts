import { Injectable } from '@nestjs/common';
import type { Instant } from '../core/instant.js';
import type { RunState } from '../core/run-state.js';
import type { Tx } from '../database/tx.js';
import type { RunOrigin } from '../database/entities/run.row.js';
import type { ScheduleKind } from '../database/entities/schedule.row.js';

/** A run that has just ended. */
export interface EndedRun {
  readonly runId: string;
  readonly scheduleId: string;
  readonly tenancyId: number;
  /** Only a run that was asked for can have someone who waits for it: planned ones need no look. */
  readonly origin: RunOrigin;
  readonly state: RunState;
  readonly httpStatus: number | null;
  readonly endedAt: Instant;
  readonly endText: string;
  /** True where its caller stopped it, so that the run itself came to nothing. */
  readonly isCanceled?: boolean;
  /** Known to the dispatcher without a query; undefined on the other paths. */
  readonly scheduleKind?: ScheduleKind;
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
