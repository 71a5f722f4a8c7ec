import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { SECOND_MS, type Instant } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import type { Standing } from '../database/entities/failing-schedule.row.js';
import type { Tx } from '../database/tx.js';
import { Chores, CLEAN_UP } from '../replica/chores.js';
import { RUN_LOG_RETENTION_MS } from '../run-log/retention.store.js';
import { mendOf, ONE_TIME_MS, type Mend, type NotedSchedule } from './failing-mend.js';
import { FailingScheduleReader } from './failing-schedule.reader.js';
import { FailingScheduleStore } from './failing-schedule.store.js';

const MEND_EVERY_MS = 30 * SECOND_MS;
const BATCH = 500;
/** So many schedules that were switched off while they failed are looked at each time. */
const MOST_OFF = 2_000;

/** How many of a part of the schedules were put right, and the last of them; null where none follows. */
interface Part {
  readonly mended: number;
  readonly last: string | null;
}

/**
 * Puts right what no end of a run tells: schedules that have healed where their replica did not know them as failing, that were
 * switched off or on again, deleted, or ran once and long ago. So whatever a replica that was killed left is right again
 * within half a minute; where more than 2,000 are off, what was switched on again has its turn.
 */
@Injectable()
export class FailingChores {
  /** The last schedule that was looked at of those that are off; null before the first. */
  private lastOff: string | null = null;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly reader: FailingScheduleReader,
    private readonly store: FailingScheduleStore,
    chores: Chores,
  ) {
    const run = () => this.mend();
    chores.register({ ...CLEAN_UP, name: 'failing-schedules', everyMs: MEND_EVERY_MS, run });
  }

  /**
   * Looks at every schedule that is noted as failing and at some of those that are off, the next time at the following ones: one
   * that is on again is also noted when its next run fails. Returns how many it put right or forgot.
   */
  async mend(): Promise<number> {
    if (!(await this.database.read((tx) => this.store.isAny(tx)))) return 0;
    const now = this.clock.now();
    let mended = 0;
    let after: string | null = null;
    do {
      const part: Part = await this.mendSome('failing', after, now);
      mended += part.mended;
      after = part.last;
    } while (after !== null);
    let looks = MOST_OFF / BATCH;
    do {
      const part: Part = await this.mendSome('off', this.lastOff, now);
      mended += part.mended;
      this.lastOff = part.last;
    } while (this.lastOff !== null && --looks > 0);
    const before = now - RUN_LOG_RETENTION_MS;
    return mended + (await untilNone(this.database, (tx) => this.store.deleteOld(tx, before, BATCH)));
  }

  private mendSome(from: 'failing' | 'off', after: string | null, now: Instant): Promise<Part> {
    return this.database.transaction(async (tx) => {
      const noted = await this.reader.listNoted(tx, from, { after, limit: BATCH });
      const last = noted.length < BATCH ? null : (noted.at(-1)?.scheduleId ?? null);
      return { mended: noted.length === 0 ? 0 : await this.mendNoted(tx, noted, now), last };
    });
  }

  private async mendNoted(tx: Tx, noted: readonly NotedSchedule[], now: Instant): Promise<number> {
    const mends = noted.map((schedule) => ({ schedule, mend: mendOf(schedule, now) }));
    await this.store.note(
      tx,
      mends.flatMap(({ mend }) => (mend.kind === 'note' ? [mend.finding] : [])),
    );
    for (const to of ['failing', 'off'] as const) {
      const from = to === 'off' ? 'failing' : 'off';
      await this.store.stand(tx, standing(mends, to), { from, to });
    }
    const isGone = ({ kind }: NotedSchedule) => kind === null;
    const forgotten = mends.filter(({ mend }) => mend.kind === 'forget').map(({ schedule }) => schedule);
    await this.store.forget(tx, idsOf(forgotten.filter(isGone)), now);
    const ranOnce = forgotten.filter((schedule) => !isGone(schedule));
    await this.store.forget(tx, idsOf(ranOnce), now - ONE_TIME_MS);
    return mends.filter(({ mend }) => mend.kind !== 'keep').length;
  }
}

const idsOf = (schedules: readonly NotedSchedule[]) => schedules.map(({ scheduleId }) => scheduleId);

function standing(mends: readonly { schedule: NotedSchedule; mend: Mend }[], to: Standing): string[] {
  return mends.flatMap(({ schedule, mend }) =>
    mend.kind === 'stand' && mend.to === to ? [schedule.scheduleId] : [],
  );
}
