import { Injectable } from '@nestjs/common';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import { uuidFromBytes } from '../../database/columns.js';
import type { Tx } from '../../database/tx.js';
import { plannedRunOf, type AskedRun } from '../../run-log/queue/planned-run.js';
import { RunStore } from '../../run-log/queue/run.store.js';

/** How many instants are tried: the runs that are asked for of one schedule within one of them come in a row. */
const MOST_TRIES = 10_000;

/** What is asked for: a run of a schedule, beside its plan. */
export interface Order extends Pick<
  AskedRun,
  'origin' | 'originalAt' | 'replayOf' | 'dataVersion' | 'pacedBy'
> {
  readonly schedule: { readonly id: string; readonly tenancyId: number };
}

/** A run that was planned because somebody asked for it. */
export interface PlannedOrder {
  readonly runId: string;
  readonly plannedAt: Instant;
}

/** Plans the runs that somebody asks for. Their schedules' own plans stay as they are. */
@Injectable()
export class AskedRuns {
  constructor(private readonly runs: RunStore) {}

  /**
   * Plans each at the first milliseconds from now that no run of its schedule has, and returns them in their order. Whole seconds are
   * left to the plan: its next run may be planned later for one of them that has passed, and would find it taken. Give it
   * some hundreds at once at most. One statement where no instant is taken.
   */
  async plan(tx: Tx, orders: readonly Order[], now: Instant): Promise<PlannedOrder[]> {
    const planned = this.placed(orders, now, new Map());
    if ((await this.runs.planAsked(tx, planned)) === planned.length) return planned.map(orderOf);
    for (;;) {
      const stored = await this.runs.listStored(tx, planned);
      const isMissing = planned.map(({ id }) => !stored.has(id.toString('hex')));
      const missing = orders.filter((_order, place) => isMissing[place]);
      if (missing.length === 0) return planned.map(orderOf);
      const again = this.placed(missing, now, await this.takenBy(tx, missing, now));
      await this.runs.planAsked(tx, again);
      let next = 0;
      isMissing.forEach((is, place) => {
        const run = is ? again[next++] : undefined;
        if (run) planned[place] = run;
      });
    }
  }

  private takenBy(tx: Tx, orders: readonly Order[], now: Instant): Promise<Map<string, Set<Instant>>> {
    const ids = [...new Set(orders.map(({ schedule }) => schedule.id))];
    return this.runs.listTaken(tx, ids, { from: now, until: now + MOST_TRIES });
  }

  private placed(
    orders: readonly Order[],
    now: Instant,
    taken: ReadonlyMap<string, ReadonlySet<Instant>>,
  ): AskedRun[] {
    const free = new Map<string, Instant>();
    return orders.map(({ schedule, ...order }) => {
      let at = free.get(schedule.id) ?? now;
      while (at % SECOND_MS === 0 || taken.get(schedule.id)?.has(at)) at++;
      if (at >= now + MOST_TRIES) {
        throw new Error(`Schedule ${schedule.id}: no free instant for a run within ${MOST_TRIES} ms.`);
      }
      free.set(schedule.id, at + 1);
      return { ...plannedRunOf(schedule, at, now), ...order };
    });
  }
}

function orderOf({ id, plannedAt }: AskedRun): PlannedOrder {
  return { runId: uuidFromBytes(id), plannedAt };
}
