import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In } from 'typeorm';
import { uuidToBytes } from '../../database/columns.js';
import { countWhere } from '../../database/count.js';
import type { Tx } from '../../database/tx.js';
import { ScheduleRow } from '../../database/entities/schedule.row.js';
import { SCHEDULED } from '../../database/entities/stored-values.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../../run-log/run-endings.js';
import { DeactivationStore } from './deactivation.store.js';

/** Deactivates a one-time schedule once its run has ended, successful or not (runs-and-behaviour.md, "One-time behaviour"). */
@Injectable()
export class OneTimeCompletion implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly endings: RunEndings,
    private readonly deactivations: DeactivationStore,
  ) {}

  onModuleInit(): void {
    this.endings.join(this);
  }

  /** Deactivates the one-time schedules among those of the ended runs, and logs it. One that was given a new time meanwhile goes on. */
  async settle(tx: Tx, runs: readonly EndedRun[]): Promise<void> {
    const candidates = runs.filter((run) => run.scheduleKind === 'once');
    if (candidates.length === 0) return;
    const done = await tx.manager.find(ScheduleRow, {
      where: { id: In(candidates.map((run) => run.scheduleId)), kind: 'once', active: true },
    });
    const complete = [];
    for (const schedule of done) if (!(await this.isPlanned(tx, schedule))) complete.push(schedule);
    if (complete.length === 0) return;
    const endedAt = Math.max(...candidates.map((run) => run.endedAt));
    const ended = complete.map(({ id, jobId }) => ({ scheduleId: id, jobId, reason: 'completed' as const }));
    await this.deactivations.deactivate(tx, ended, endedAt);
  }

  /** A one-time schedule that was given a new time while it ran goes on. */
  private async isPlanned(tx: Tx, schedule: ScheduleRow): Promise<boolean> {
    const planned = `schedule_id = ? AND state = ${SCHEDULED}`;
    return (await countWhere(tx, 'run', planned, [uuidToBytes(schedule.id)])) > 0;
  }
}
