import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../database/tx.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../../run-log/run-endings.js';
import { DeactivationStore } from './deactivation.store.js';
import { OneTimeRunStore } from './one-time-run.store.js';

/** Deactivates a one-time schedule once the run of its plan has ended, successful or not (runs-and-behaviour.md, "One-time behaviour"). */
@Injectable()
export class OneTimeCompletion implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly endings: RunEndings,
    private readonly runs: OneTimeRunStore,
    private readonly deactivations: DeactivationStore,
  ) {}

  onModuleInit(): void {
    this.endings.join(this);
  }

  /**
   * Deactivates the one-time schedules among those of the ended runs, and logs it. A run on request completes none,
   * and one that was given a new time meanwhile goes on.
   */
  async settle(tx: Tx, runs: readonly EndedRun[]): Promise<void> {
    const candidates = runs.filter((run) => run.scheduleKind === 'once' && run.origin === 'plan');
    if (candidates.length === 0) return;
    const completed = await this.runs.listCompleted(tx, candidates);
    const done = new Set(completed.map(({ scheduleId }) => scheduleId));
    const others = candidates.filter((run) => !done.has(run.scheduleId));
    if (others.length > 0) {
      // Hardly ever: they are off, or run again. One that is just being switched on counts on the run that ended.
      await this.runs.hold(tx, others);
      completed.push(...(await this.runs.listCompleted(tx, others)));
    }
    const ended = completed.map((schedule) => ({ ...schedule, reason: 'completed' as const }));
    await this.deactivations.deactivate(tx, ended, Math.max(...candidates.map((run) => run.endedAt)));
  }
}
