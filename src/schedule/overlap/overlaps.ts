import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import type { Instant } from '../../core/instant.js';
import { CANCELED_TEXT, replacedText } from '../../core/plan/overlap-verdict.js';
import { holdSchedules } from '../../database/row-lock.js';
import type { Tx } from '../../database/tx.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { OverlapStore, type SchedulePlaces } from '../../run-log/queue/overlap.store.js';
import { RunEndingService } from '../../run-log/run-ending.service.js';
import { Meetings, type Canceled } from './meetings.js';
import { OverlapChanges } from './overlap-changes.js';

/**
 * Looks up what the runs of a claim meet, and writes down what was decided, in the claim's own transaction. A claim without a run
 * whose schedule forbids overlap costs no statement. Such schedules are held until commit: no two claims, and no claim and no end
 * of a run, decide at the same time.
 */
@Injectable()
export class Overlaps {
  constructor(
    private readonly store: OverlapStore,
    private readonly endings: RunEndingService,
    private readonly changes: OverlapChanges,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns what claimed runs meet; null where none of their schedules minds. */
  async meet(tx: Tx, claimed: readonly ClaimedRun[], now: Instant): Promise<Meetings | null> {
    if (!claimed.some(minds)) return null;
    const meant = claimed.filter(minds);
    await holdSchedules(tx, placesOf(meant).scheduleIds);
    const asked = meant.filter(({ origin }) => origin !== 'plan');
    if (asked.length > 0) await this.putBackUncalled(tx, asked, meant);
    return new Meetings(
      meant,
      await this.store.listOpen(tx, placesOf(meant)),
      now,
      this.config.longestCallMs,
    );
  }

  /** Ends and puts back what was decided so, and returns the claimed runs that are called. */
  async carryOut(
    tx: Tx,
    claimed: readonly ClaimedRun[],
    meetings: Meetings,
    now: Instant,
  ): Promise<ClaimedRun[]> {
    const { canceled, skips, putBacks } = meetings;
    if (canceled.length > 0) await this.cancel(tx, canceled, now);
    if (skips.length > 0) {
      const event = { kind: 'skipped' } as const;
      await this.endings.conclude(
        tx,
        skips.map((skip) => ({ ...skip, event })),
        now,
      );
      await this.store.letGo(
        tx,
        skips.map(({ runId }) => runId),
      );
    }
    await this.store.putBack(tx, putBacks);
    return meetings.called(claimed);
  }

  /** Ends runs because the next one is due: one that was never called is skipped, as if it had waited for the next one. */
  private async cancel(tx: Tx, canceled: readonly Canceled[], now: Instant): Promise<void> {
    const replaced = await this.endings.conclude(
      tx,
      canceled.map(({ run, next }) => ({
        ...{ runId: run.runId, text: replacedText(next.runId) },
        event: { kind: 'skipped' } as const,
      })),
      now,
    );
    const called = canceled.filter(({ run }) => !replaced.includes(run.runId));
    const ends = called.map(({ run: { runId } }) => ({
      ...{ runId, text: CANCELED_TEXT },
      event: { kind: 'canceled' } as const,
    }));
    const ended = await this.endings.conclude(tx, ends, now);
    await this.store.letGo(tx, [...replaced, ...ended]);
    this.changes.announceCanceled(
      tx,
      called.filter(({ run }) => ended.includes(run.runId)),
    );
  }

  /** A run that was asked for is never kept waiting, so what was claimed before its time and is not called meets it. */
  private async putBackUncalled(
    tx: Tx,
    asked: readonly ClaimedRun[],
    claimed: readonly ClaimedRun[],
  ): Promise<void> {
    const own = claimed.map(({ runId }) => runId);
    this.changes.announcePutBack(tx, await this.store.putBackUncalled(tx, placesOf(asked), own));
  }
}

/** Returns whether it matters to a run what other runs of its schedule do, and to them what it does. */
export function minds({ policy }: Pick<ClaimedRun, 'policy'>): boolean {
  return policy?.overlap !== undefined;
}

function placesOf(runs: readonly ClaimedRun[]): SchedulePlaces {
  return {
    scheduleIds: [...new Set(runs.map(({ schedule }) => schedule.id))],
    tenancyIds: [...new Set(runs.map(({ tenancyId }) => tenancyId))],
  };
}
