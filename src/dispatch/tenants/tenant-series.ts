import { wasSent } from '../../core/action-outcome.js';
import type { Clock } from '../../core/clock.js';
import { SECOND_MS } from '../../core/instant.js';
import { hasResult } from '../../core/run-state.js';
import type { Tx } from '../../database/tx.js';
import type { BegunRun, EndedRun, EndingParticipant } from '../../run-log/run-endings.js';
import { beginAtZero, type Metrics } from '../../telemetry/metrics.js';
import type { TenancyIndex } from '../../tenant/tenancy-index.js';
import type { FairQueue } from '../queue/fair-queue.js';
import { BusiestTenancies } from './busiest-tenancies.js';

const RESULTS = ['good', 'bad'] as const;
type Result = (typeof RESULTS)[number];
const LABELS = ['tenant_id', 'instance'] as const;

interface Place {
  readonly tenant_id: string;
  readonly instance: string;
}

/** The series of one tenancy, or of all others. */
interface Slot {
  readonly labels: Place;
  readonly ends: Readonly<Record<Result, Place & { readonly result: Result }>>;
  /** The greatest lateness since the list was chosen, and between the two choices before. */
  latestMs: number;
  beforeMs: number;
}

export interface SeriesTools {
  readonly metrics: Metrics;
  readonly tenancies: TenancyIndex;
  readonly queue: FairQueue;
  readonly clock: Clock;
}

/**
 * The metrics of the busiest tenants, and of all others together. Their number is bounded: what one does that is not in the
 * list counts for the others, and stays there when it joins (telemetry.md, "Tenants").
 */
export class TenantSeries implements EndingParticipant {
  private readonly busiest;
  private readonly slots = new Map<number, Slot>();
  private readonly others = slotOf('other', 'other');
  private readonly ended;

  constructor(
    most: number,
    private readonly tools: SeriesTools,
  ) {
    const { metrics, clock } = tools;
    this.busiest = new BusiestTenancies(most, clock.now());
    // The list is chosen anew while the gauges are read, and the counter is read after them.
    this.gauge(
      'carillon_tenant_lateness_max_seconds',
      'Greatest lateness of a call of the busiest tenants, and of all others, within the last 10 to 20 minutes',
      (slot) => Math.max(slot.latestMs, slot.beforeMs) / SECOND_MS,
    );
    this.gauge(
      'carillon_tenant_calls_in_flight',
      'Open calls of this replica for the busiest tenants, and for all others',
      (_slot, id) => this.inFlight(id),
    );
    this.ended = metrics.counter(
      'carillon_tenant_runs_ended_total',
      'Runs of the busiest tenants, and of all others, that ended well or badly; canceled ones are neither',
      [...LABELS, 'result'],
    );
    this.beginAt0(this.others);
  }

  /** Hears of calls whose runs go on. */
  begin(tx: Tx, begun: readonly BegunRun[]): void {
    tx.afterCommit(() => {
      this.turn();
      for (const run of begun) this.noteLateness(run);
    });
  }

  settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    tx.afterCommit(() => {
      this.turn();
      for (const run of ended) this.count(run);
    });
    return Promise.resolve();
  }

  private count(run: EndedRun): void {
    const { tenancyId, state, isCanceled, executedAt, dueAt, httpStatus, endText: text } = run;
    if (!hasResult(state)) return;
    this.busiest.count(tenancyId);
    if (!isCanceled) this.ended.inc(this.slotOf(tenancyId).ends[resultOf(run)]);
    if (executedAt === null || run.wasBegun || !wasSent(state, { httpStatus, text })) return;
    this.noteLateness({ tenancyId, dueAt, executedAt });
  }

  private noteLateness({ tenancyId, dueAt, executedAt }: BegunRun): void {
    const slot = this.slotOf(tenancyId);
    slot.latestMs = Math.max(slot.latestMs, executedAt - dueAt);
  }

  private slotOf(tenancyId: number): Slot {
    return this.slots.get(tenancyId) ?? this.others;
  }

  private inFlight(tenancyId: number | null): number {
    const { queue } = this.tools;
    if (tenancyId !== null) return queue.inFlightOf(tenancyId);
    let listed = 0;
    for (const id of this.slots.keys()) listed += queue.inFlightOf(id);
    return queue.inFlight - listed;
  }

  /** Chooses the list anew where it is time. */
  private turn(): void {
    const { clock, tenancies } = this.tools;
    const choice = this.busiest.turn(clock.now(), (id) => tenancies.find(id) !== null);
    if (choice === null) return;
    for (const slot of [this.others, ...this.slots.values()]) {
      slot.beforeMs = slot.latestMs;
      slot.latestMs = 0;
    }
    for (const id of choice.left) this.end(id);
    for (const id of choice.joined) {
      const tenancy = tenancies.find(id);
      if (tenancy === null) continue;
      const slot = slotOf(tenancy.tenantId, tenancy.instanceUid);
      this.slots.set(id, slot);
      this.beginAt0(slot);
    }
  }

  private end(tenancyId: number): void {
    const slot = this.slots.get(tenancyId);
    // One that was deleted before it could join has none.
    if (slot === undefined) return;
    this.slots.delete(tenancyId);
    for (const result of RESULTS) this.ended.remove(slot.ends[result]);
  }

  private beginAt0({ ends }: Slot): void {
    beginAtZero(
      this.ended,
      RESULTS.map((result) => ends[result]),
    );
  }

  private gauge(name: string, help: string, of: (slot: Slot, tenancyId: number | null) => number): void {
    this.tools.metrics.gauge(name, help, {
      labels: LABELS,
      collect: (gauge) => {
        this.turn();
        gauge.reset();
        gauge.set(this.others.labels, of(this.others, null));
        for (const [id, slot] of this.slots) gauge.set(slot.labels, of(slot, id));
      },
    });
  }
}

function slotOf(tenantId: string, instance: string): Slot {
  const labels = { tenant_id: tenantId, instance };
  const ends = { good: { ...labels, result: 'good' }, bad: { ...labels, result: 'bad' } } as const;
  return { labels, ends, latestMs: 0, beforeMs: 0 };
}

function resultOf({ state }: EndedRun): Result {
  return state === 'SUCCESS' ? 'good' : 'bad';
}
