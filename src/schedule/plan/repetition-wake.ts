import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../database/tx.js';
import { RunEndings, type EndingParticipant, type RepeatedRun } from '../../run-log/run-endings.js';
import { PlanChanges } from './plan-changes.js';

/** Wakes the dispatcher for runs that are called again: the next call may be due before it looks by itself. */
@Injectable()
export class RepetitionWake implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly endings: RunEndings,
    private readonly changes: PlanChanges,
  ) {}

  onModuleInit(): void {
    this.endings.join(this);
  }

  again(tx: Tx, repeated: readonly RepeatedRun[]): void {
    const [first] = repeated;
    if (first === undefined) return;
    const earliestAt = Math.min(...repeated.map(({ dueAt }) => dueAt));
    this.changes.announce(tx, { tenancyId: first.tenancyId, dropped: [], earliestAt });
  }
}
