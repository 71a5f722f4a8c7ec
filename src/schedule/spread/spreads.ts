import { Injectable } from '@nestjs/common';
import { grouped } from '../../core/grouped.js';
import type { Instant } from '../../core/instant.js';
import { intersect, type ActiveWindow } from '../../core/plan/planning.js';
import { dueOf, SpreadChoices, spreadInstants, windowsOf, type SpreadInput } from '../../core/plan/spread.js';
import { storedPolicy } from '../../core/policy/run-policy.js';
import { uuidToHex } from '../../core/uuid.js';
import type { JobRow } from '../../database/entities/job.row.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import type { Tx } from '../../database/tx.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import type { NewSchedules } from '../plan/new-schedules.js';
import { patternOfRow } from '../plan/pattern-of.js';
import { PlannedSecondsReader } from './planned-seconds.reader.js';

/** So many stretches of time are looked at for one request. */
const MOST_WINDOWS = 16;
/** So many tenancies are looked at: those that were made before, which took the seconds before. */
const MOST_TENANCIES = 1_000;

/** A schedule without an offset that its settings ask for. */
interface Unspread {
  readonly row: ScheduleRow;
  readonly input: SpreadInput;
}

/**
 * Gives schedules with `spread` their offsets, when they are made or get another timing (schedule-extensions.md, "When it may be
 * late on purpose"). What has no such setting costs nothing. Two requests at the same moment do not see each other, and may choose
 * the same second.
 */
@Injectable()
export class Spreads {
  constructor(
    private readonly seconds: PlannedSecondsReader,
    private readonly tenancies: TenancyIndex,
  ) {}

  /** Gives new schedules their offsets before they are stored, and makes their first runs due as late. May be done again. */
  async spreadNew(tx: Tx, made: readonly NewSchedules[]): Promise<void> {
    const all = made.flatMap(({ job, views }) => views.map(({ row }) => ({ job, row })));
    if (!all.some(({ row }) => spreadMsOf(row) !== undefined)) return;
    for (const { row } of all) row.spreadOffset = null;
    await this.choose(tx, all, all[0]?.row.createdAt ?? 0);
    for (const each of made) spreadFirstRuns(each);
  }

  /** Gives a changed schedule an offset where its settings ask for one and it has none. */
  async spreadChanged(tx: Tx, job: JobRow, row: ScheduleRow, now: Instant): Promise<void> {
    if (row.spreadOffset === null && spreadMsOf(row) !== undefined)
      await this.choose(tx, [{ job, row }], now);
  }

  private async choose(
    tx: Tx,
    schedules: readonly { readonly job: JobRow; readonly row: ScheduleRow }[],
    now: Instant,
  ): Promise<void> {
    const unspread = schedules.flatMap(({ job, row }) => unspreadOf(row, intersect(job, row), now));
    // What is asked for at the same time shares a transaction, whose instance it is.
    for (const ofInstance of grouped(unspread, ({ row }) => row.instanceId).values()) {
      const [first] = ofInstance;
      if (first === undefined) continue;
      const windows = windowsOf(
        ofInstance.map(({ input }) => input),
        MOST_WINDOWS,
      );
      const { instanceId, tenancyId } = first.row;
      const counts = await this.seconds.count(tx, this.neighbours(instanceId, tenancyId), windows);
      const choices = new SpreadChoices(counts);
      for (const { row, input } of ofInstance) row.spreadOffset = choices.choose(input);
    }
  }

  /** Returns tenancies of an instance: all of a small one, of a large one those before this one, so that each looks at others. */
  private neighbours(instanceId: number, own: number): number[] {
    const ids = this.tenancies
      .ofInstance(instanceId)
      .map(({ id }) => id)
      .filter((id) => id !== own)
      .sort((a, b) => b - a);
    const earlier = ids.filter((id) => id < own);
    const later = ids.filter((id) => id > own);
    return [own, ...earlier, ...later].slice(0, MOST_TENANCIES);
  }
}

function spreadMsOf({ policy }: ScheduleRow): number | undefined {
  return storedPolicy(null, policy)?.spreadMs;
}

function unspreadOf(row: ScheduleRow, window: ActiveWindow, now: Instant): Unspread[] {
  const spreadMs = spreadMsOf(row);
  if (spreadMs === undefined) return [];
  const pattern = patternOfRow(row);
  if (pattern.kind !== 'cron' && pattern.kind !== 'dailyAt') return [];
  const after = Math.max(now, (window.startAt ?? now) - 1);
  const instants = spreadInstants(pattern, { after, now, spreadMs });
  return [{ row, input: { scheduleId: row.id, instants, spreadMs } }];
}

function spreadFirstRuns({ views, runs }: NewSchedules): void {
  const offsets = new Map(views.map(({ row }) => [uuidToHex(row.id), row.spreadOffset]));
  runs.forEach((run, place) => {
    const dueAt = dueOf(run.plannedAt, offsets.get(run.scheduleId.toString('hex')));
    runs[place] = { ...run, dueAt };
  });
  const due = new Map(runs.map((run) => [run.scheduleId.toString('hex'), run.dueAt]));
  views.forEach(({ row }, place) => {
    views[place] = { row, nextAt: due.get(uuidToHex(row.id)) ?? null };
  });
}
