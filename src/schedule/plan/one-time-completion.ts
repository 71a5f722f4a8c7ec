import { Injectable, type OnModuleInit } from '@nestjs/common';
import { holdSchedules } from '../../database/row-lock.js';
import type { Tx } from '../../database/tx.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../../run-log/run-endings.js';
import { DeactivationStore } from './deactivation.store.js';
import { OneTimeRunStore, type Completed } from './one-time-run.store.js';

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
   * Deactivates the one-time schedules among those of the ended runs, and logs it; keeps with all of them when they
   * last ran. A run on request completes none, and one that was given a new time meanwhile goes on.
   */
  async settle(tx: Tx, runs: readonly EndedRun[]): Promise<void> {
    const ofOnce = runs.filter((run) => run.scheduleKind === 'once');
    if (ofOnce.length === 0) return;
    const endedAt = Math.max(...ofOnce.map((run) => run.endedAt));
    const ids = [...new Set(ofOnce.map((run) => run.scheduleId))];
    const completed = await this.listCompleted(
      tx,
      ofOnce.filter((run) => run.origin === 'plan'),
    );
    const ended = completed.map((schedule) => ({ ...schedule, reason: 'completed' as const }));
    await this.deactivations.deactivate(tx, ended, endedAt);
    await this.runs.noteRun(tx, ids, endedAt);
  }

  private async listCompleted(tx: Tx, runs: readonly EndedRun[]): Promise<Completed[]> {
    const completed = await this.runs.listCompleted(tx, runs);
    const done = new Set(completed.map(({ scheduleId }) => scheduleId));
    const others = runs.filter((run) => !done.has(run.scheduleId));
    if (others.length === 0) return completed;
    // Hardly ever: they are off, or run again. One that is just being switched on counts on the run that ended.
    await holdSchedules(
      tx,
      others.map(({ scheduleId }) => scheduleId),
    );
    return [...completed, ...(await this.runs.listCompleted(tx, others))];
  }
}
