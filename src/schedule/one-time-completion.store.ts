import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In } from 'typeorm';
import { uuidToBytes } from '../database/columns.js';
import { countWhere } from '../database/count.js';
import type { Tx } from '../database/tx.js';
import { ScheduleRow } from '../database/entities/schedule.row.js';
import { SCHEDULED } from '../database/entities/stored-values.js';
import { ActionLogStore, SYSTEM_ACTOR } from '../run-log/action-log.store.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../run-log/run-endings.js';

/** Deactivates a one-time schedule once its run has ended, successful or not (runs-and-behaviour.md, "One-time behaviour"). */
@Injectable()
export class OneTimeCompletion implements EndingParticipant, OnModuleInit {
  constructor(
    private readonly endings: RunEndings,
    private readonly actionLog: ActionLogStore,
  ) {}

  onModuleInit(): void {
    this.endings.join(this);
  }

  /** Deactivates the one-time schedules among those of the ended runs, and logs it. One that was given a new time meanwhile goes on. */
  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    const candidates = ended.filter((run) => run.scheduleKind === 'once');
    if (candidates.length === 0) return;
    const done = await tx.manager.find(ScheduleRow, {
      where: { id: In(candidates.map((run) => run.scheduleId)), kind: 'once', active: true },
    });
    const complete = [];
    for (const schedule of done) if (!(await this.isPlanned(tx, schedule))) complete.push(schedule);
    if (complete.length === 0) return;
    const endedAt = Math.max(...candidates.map((run) => run.endedAt));
    const ids = complete.map((schedule) => schedule.id);
    await tx.manager.update(ScheduleRow, { id: In(ids) }, { active: false, modifiedAt: endedAt });
    await this.actionLog.append(
      tx,
      complete.map(({ id, jobId }) => ({
        jobId,
        scheduleId: id,
        action: 'DEACTIVATION_ON_COMPLETION',
        actor: SYSTEM_ACTOR,
        at: endedAt,
        details: 'The one-time schedule has run.',
      })),
    );
  }

  /** A one-time schedule that was given a new time while it ran goes on. */
  private async isPlanned(tx: Tx, schedule: ScheduleRow): Promise<boolean> {
    const planned = `schedule_id = ? AND state = ${SCHEDULED}`;
    return (await countWhere(tx, 'run', planned, [uuidToBytes(schedule.id)])) > 0;
  }
}
