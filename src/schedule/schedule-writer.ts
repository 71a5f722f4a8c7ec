import { Injectable } from '@nestjs/common';
import { earliestOf, type Instant } from '../core/instant.js';
import { chunks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import type { JobRow } from '../database/entities/job.row.js';
import type { ScheduleRow } from '../database/entities/schedule.row.js';
import { ActionLogStore, type ActionLogEntry } from '../run-log/action-log/action-log.store.js';
import { ScheduleDataStore } from '../run-log/queue/schedule-data.store.js';
import { RunStore } from '../run-log/queue/run.store.js';
import { NO_EFFECT, type Act, type Changed, type PlanEffect } from './change.js';
import { LifeCountStore } from './plan/life/life-count.store.js';
import { PlanCountStore } from './plan/plan-count.store.js';
import { countOfIdle, countOfNew, firingsOfRow, PlanLimits } from './plan/plan-limits.js';
import { GivenUp } from './plan/given-up.js';
import { Planner } from './plan/planner.js';
import { WaitingRuns } from './overlap/waiting-runs.js';
import { newSchedules, type NewSchedules } from './plan/new-schedules.js';
import { Spreads } from './spread/spreads.js';
import { applyChange, type ScheduleChange, type ScheduleDraft } from './schedule.draft.js';
import { ScheduleStore } from './schedule.store.js';
import type { ScheduleView } from './schedule.view.js';

/** What happened to schedules. */
type ScheduleEvent = Pick<ActionLogEntry, 'action' | 'details'>;

/** What happened to schedules of a job, or to the job itself. */
interface Change {
  readonly cause: 'activated' | 'edited';
  readonly isRetimed?: boolean;
}

/**
 * The steps that changes of schedules are made of, each within the caller's transaction and with the job locked.
 * The job's own changes take the same steps.
 */
@Injectable()
export class ScheduleWriter {
  constructor(
    private readonly store: ScheduleStore,
    private readonly planner: Planner,
    private readonly runs: RunStore,
    private readonly actionLog: ActionLogStore,
    private readonly counts: PlanCountStore,
    private readonly limits: PlanLimits,
    private readonly lives: LifeCountStore,
    private readonly givenUp: GivenUp,
    private readonly waiting: WaitingRuns,
    private readonly earlierData: ScheduleDataStore,
    private readonly spreads: Spreads,
  ) {}

  /** Stores more schedules of a job and plans their first runs. Throws InvalidInput for a time that is not understood. */
  async add(
    tx: Tx,
    job: JobRow,
    drafts: readonly ScheduleDraft[],
    act: Act,
  ): Promise<Changed<readonly ScheduleView[]>> {
    const made = newSchedules(job, drafts, act, await this.store.findLastId(tx, job.id));
    await this.insert(tx, [made], []);
    return { answer: made.views, effect: effectOfNew(made) };
  }

  /** Stores the schedules of jobs that were inserted just now, and notes that all were made: few statements for many jobs. */
  addFirst(tx: Tx, made: readonly NewSchedules[], actors: readonly string[]): Promise<void> {
    const jobs = made.map(({ job }, place) => ({
      ...({ jobId: job.id, action: 'CREATE', at: job.createdAt } as const),
      actor: actors[place] ?? '',
    }));
    return this.insert(tx, made, jobs);
  }

  /** Counts the schedules of a job that was switched on or off. Call it before they are planned. */
  async countSwitched(tx: Tx, job: JobRow): Promise<void> {
    const { firingsPerHour } = await this.counts.ofJob(tx, job.id);
    const change = job.active ? firingsPerHour : -firingsPerHour;
    await this.counts.add(tx, [{ tenancyId: job.tenancyId, schedules: 0, firingsPerHour: change }]);
  }

  /** Changes one schedule; what says when it runs is planned anew at once. Throws InvalidInput for a reversed window, Conflict beyond a limit. */
  async update(
    tx: Tx,
    { job, row }: { job: JobRow; row: ScheduleRow },
    change: ScheduleChange,
    act: Act,
  ): Promise<Changed<ScheduleView>> {
    const { active: wasActive, policy: policyBefore, data: dataBefore, dataVersion: version } = row;
    const before = firingsOfRow(job, row);
    const { changed, isReplanned, isRetimed } = applyChange(row, change, act.now);
    const more = firingsOfRow(job, row) - before;
    const counted = { tenancyId: row.tenancyId, schedules: 0, firingsPerHour: more };
    await this.limits.refuse(tx, [counted]);
    if (changed.includes('data')) {
      await this.earlierData.keep(tx, { scheduleId: row.id, version }, dataBefore, act.now);
      row.dataVersion = version + 1;
    }
    await this.spreads.spreadChanged(tx, job, row, act.now);
    await this.store.save(tx, job, row);
    await this.lives.beginNew(tx, row, policyBefore, act.now);
    await this.counts.add(tx, [counted]);
    if (wasActive && !row.active) await this.givenUp.repetitions(tx, [row], act.now);
    const others = changed.filter((name) => name !== 'active');
    if (others.length > 0)
      await this.log(tx, [row], { action: 'UPDATE', details: `Changed: ${others.join(', ')}` }, act);
    if (row.active !== wasActive)
      await this.log(tx, [row], { action: row.active ? 'ACTIVATE' : 'DEACTIVATE' }, act);
    const cause = row.active && !wasActive ? 'activated' : 'edited';
    const views = isReplanned
      ? await this.plan(tx, { job, rows: [row], cause, isRetimed }, act.now)
      : await this.store.withNextRuns(tx, [row], job.active);
    const effect = isReplanned ? effectOf(views) : NO_EFFECT;
    const releasedAt = changed.includes('overlap') ? await this.waiting.release(tx, row, act.now) : null;
    const isMoved = isRetimed && row.kind === 'once';
    return {
      answer: views[0] ?? { row, nextAt: null },
      effect: {
        // A one-time schedule runs at its new time, and not at the old one as well.
        dropped: isMoved ? [row.id] : effect.dropped,
        earliestAt: earliestOf([effect.earliestAt, releasedAt]),
      },
    };
  }

  /** Plans schedules of an active job anew as of `now`, after the job itself has changed. */
  async replan(
    tx: Tx,
    { job, rows }: { readonly job: JobRow; readonly rows: readonly ScheduleRow[] },
    cause: Change['cause'],
    now: Instant,
  ): Promise<PlanEffect> {
    return effectOf(await this.plan(tx, { job, rows, cause }, now));
  }

  /** Drops the plans of schedules that were switched off, or whose job was, and gives up what waits for another call. */
  async dropPlans(tx: Tx, rows: readonly ScheduleRow[], now: Instant): Promise<PlanEffect> {
    await this.givenUp.all(tx, rows, now);
    return { dropped: rows.map((row) => row.id), earliestAt: null };
  }

  /** Switches schedules of a job on or off, none of which is so already, and plans them or drops their plans. Limits are the caller's to look at. */
  async switchSome(
    tx: Tx,
    { job, rows }: { readonly job: JobRow; readonly rows: readonly ScheduleRow[] },
    active: boolean,
    act: Act,
  ): Promise<PlanEffect> {
    const ids = rows.map((row) => row.id);
    const { firingsPerHour, ...idle } = countOfIdle(job, rows);
    await this.counts.add(tx, [{ ...idle, firingsPerHour: active ? firingsPerHour : -firingsPerHour }]);
    await this.store.switch(tx, ids, active, act.now);
    await this.log(tx, rows, { action: active ? 'ACTIVATE' : 'DEACTIVATE' }, act);
    for (const row of rows) row.active = active;
    return active ? this.replan(tx, { job, rows }, 'activated', act.now) : this.dropPlans(tx, rows, act.now);
  }

  /** Deletes schedules and notes it: their planned runs go at once, what has run by and by. */
  async remove(tx: Tx, job: JobRow, rows: readonly ScheduleRow[], act: Act): Promise<PlanEffect> {
    await this.log(tx, rows, { action: 'DELETE' }, act);
    const firings = rows.reduce((sum, row) => sum + firingsOfRow(job, row), 0);
    const gone = { tenancyId: job.tenancyId, schedules: -rows.length, firingsPerHour: -firings };
    const effect = await this.erase(tx, rows);
    await this.counts.add(tx, [gone]);
    return effect;
  }

  /** Deletes schedules that nobody counts any more. */
  async erase(tx: Tx, rows: readonly ScheduleRow[]): Promise<PlanEffect> {
    const ids = rows.map((row) => row.id);
    await this.store.delete(tx, rows);
    for (const part of chunks(ids)) await this.runs.purge(tx, part);
    return { dropped: ids, earliestAt: null };
  }

  /** Counts a job out that goes with all its schedules. Call it before the first of them goes. */
  async countGone(tx: Tx, job: JobRow): Promise<void> {
    const { schedules, firingsPerHour } = await this.counts.ofJob(tx, job.id);
    const firings = job.active ? firingsPerHour : 0;
    await this.counts.add(tx, [
      { tenancyId: job.tenancyId, schedules: -schedules, firingsPerHour: -firings },
    ]);
  }

  private log(tx: Tx, rows: readonly ScheduleRow[], event: ScheduleEvent, act: Act): Promise<void> {
    const { actor, now } = act;
    const entries = rows.map(({ id, jobId }) => ({ jobId, scheduleId: id, actor, at: now, ...event }));
    return this.actionLog.append(tx, entries);
  }

  private async insert(
    tx: Tx,
    made: readonly NewSchedules[],
    ofJobs: readonly ActionLogEntry[],
  ): Promise<void> {
    await this.spreads.spreadNew(tx, made);
    await this.store.insert(tx, made, ofJobs.length > 0);
    const ofSchedules = made.flatMap(({ job, entries }) =>
      entries.map((entry) => ({ ...entry, jobId: job.id })),
    );
    await this.actionLog.append(tx, [...ofJobs, ...ofSchedules]);
    const runs = made.flatMap((each) => each.runs);
    if ((await this.runs.plan(tx, runs)) < runs.length) throw new Error('A new schedule has a run already.');
    await this.counts.add(tx, made.map(countOfNew));
  }

  private async plan(
    tx: Tx,
    { job, rows, cause, isRetimed = false }: Change & { job: JobRow; rows: readonly ScheduleRow[] },
    now: Instant,
  ): Promise<ScheduleView[]> {
    const planned = await this.planner.replan(tx, { job, schedules: rows, cause, isRetimed }, now);
    return rows.map((row) => ({ row, nextAt: planned.get(row.id) ?? null }));
  }
}

/** What was made new has dropped nothing. */
export function effectOfNew({ runs }: NewSchedules): PlanEffect {
  return { dropped: [], earliestAt: earliestOf(runs.map(({ dueAt }) => dueAt)) };
}

/** What was held of an inactive schedule must not start; an edited one keeps what was claimed. */
function effectOf(views: readonly ScheduleView[]): PlanEffect {
  const dropped = views.filter(({ row }) => !row.active).map(({ row }) => row.id);
  return { dropped, earliestAt: earliestOf(views.map(({ nextAt }) => nextAt)) };
}
