import { Injectable, Logger } from '@nestjs/common';
import type { Outage } from '../../core/plan/catch-up.js';
import {
  planAround,
  planOfClaim,
  type ClaimInput,
  type ClaimPlan,
  type Following,
} from '../../core/plan/claim-plan.js';
import type { HoldVerdict } from '../../core/protection/hold.js';
import type { Instant } from '../../core/instant.js';
import type { SchedulePattern } from '../../core/plan/pattern.js';
import { intersect } from '../../core/plan/planning.js';
import type { Tx } from '../../database/tx.js';
import type { ClaimedRun } from '../../run-log/queue/claimed-run.js';
import { spreadRunOf, type PlannedRun } from '../../run-log/queue/planned-run.js';
import { HoldStore } from '../../run-log/queue/hold.store.js';
import { RunStore } from '../../run-log/queue/run.store.js';
import { RunEndingService, type RunVerdict } from '../../run-log/run-ending.service.js';
import type { Meetings } from '../overlap/meetings.js';
import { minds, Overlaps } from '../overlap/overlaps.js';
import { Protections } from './protections.js';
import { DeactivationStore, type Deactivation, type DeactivationReason } from './deactivation.store.js';
import { LifeCountStore } from './life/life-count.store.js';
import { MissedRuns } from './life/missed-runs.js';
import { patternOf } from './pattern-of.js';

/** What the successors of a batch of claimed runs are planned by. */
export interface SuccessorInput {
  readonly now: Instant;
  readonly outages: readonly Outage[];
}

/** The runs of a batch that are to be executed, and what was planned after the batch and is due already. */
export interface Planned {
  readonly runs: readonly ClaimedRun[];
  readonly overdue: readonly PlannedRun[];
}

/** What was looked up of a batch before it is decided. */
interface Known {
  readonly counts: ReadonlyMap<string, number>;
  readonly holds: ReadonlyMap<string, HoldVerdict> | null;
}

/** A claimed run, what was known of it, and what was decided. */
interface Decided {
  readonly run: ClaimedRun;
  readonly input: ClaimInput;
  readonly plan: ClaimPlan;
}

/**
 * Writes down what core/claim-plan decides of the runs that were just claimed, in the claim's own transaction, so that
 * a schedule's chain of runs never breaks and never forks. A whole batch costs one insert; deactivations and skipped
 * runs, which are rare, cost their own statements.
 */
@Injectable()
export class SuccessorPlanner {
  private readonly log = new Logger(SuccessorPlanner.name);

  constructor(
    private readonly runs: RunStore,
    private readonly deactivations: DeactivationStore,
    private readonly counts: LifeCountStore,
    private readonly missed: MissedRuns,
    private readonly endings: RunEndingService,
    private readonly overlaps: Overlaps,
    private readonly protections: Protections,
    private readonly holding: HoldStore,
  ) {}

  /**
   * Plans the successors and returns the runs to execute: after a long outage the last missed one in place of the first,
   * without those that are skipped or may not be called because of another run of their schedule; and which of the
   * successors are due already.
   */
  async planAfter(
    tx: Tx,
    claimed: readonly ClaimedRun[],
    { now, outages }: SuccessorInput,
  ): Promise<Planned> {
    const counts = await this.counts.countClaims(tx, claimed);
    const decided: Decided[] = [];
    const holds = await this.protections.meet(tx, claimed, now);
    const meetings = await this.overlaps.meet(tx, claimed, now);
    for (const run of meetings?.inTurn(claimed) ?? claimed) {
      const input = this.inputOf(run, { now, outages, counts, holds }, meetings);
      const plan = planOfClaim(input);
      const each = { run, input, plan };
      // Hardly ever is one skipped: a promise for each run would be felt.
      const done = plan.skipped === null ? each : await this.takeMissed(tx, each);
      decided.push(done);
      if (minds(run) && !isProtected(done)) meetings?.decided(done.run, done.plan);
    }
    const followed: Decided[] = [];
    const planned: PlannedRun[] = [];
    const ended: Deactivation[] = [];
    for (const each of decided) {
      const { run, plan } = each;
      if (plan.next.kind === 'at') {
        followed.push(each);
        planned.push(successorOf(run, plan.next.at, now));
      } else ended.push(...endedBy(run, plan.next));
    }
    const made = await this.runs.plan(tx, planned);
    if (made < followed.length) ended.push(...(await this.planAround(tx, followed, now)));
    await this.deactivations.deactivate(tx, ended, now);
    await this.endUncalled(tx, decided, now);
    if (holds !== null) await this.holdBack(tx, decided);
    return {
      runs: await this.called(tx, decided, meetings, now),
      overdue: planned.filter(({ dueAt }) => dueAt <= now),
    };
  }

  /** Returns the runs that are called, in the order in which they are due where some of them mind others. */
  private async called(
    tx: Tx,
    decided: readonly Decided[],
    meetings: Meetings | null,
    now: Instant,
  ): Promise<ClaimedRun[]> {
    const runs = decided.filter((each) => !isEndedHere(each) && !isHeld(each)).map(({ run }) => run);
    if (meetings === null) return runs;
    const called = await this.overlaps.carryOut(
      tx,
      runs.sort((a, b) => a.dueAt - b.dueAt),
      meetings,
      now,
    );
    const isCalled = new Set(called);
    const kept = runs.filter((run) => !isCalled.has(run));
    if (kept.length > 0) await this.protections.takeBack(tx, kept, now);
    return called;
  }

  private inputOf(
    run: ClaimedRun,
    { now, outages, counts, holds }: SuccessorInput & Known,
    meetings: Meetings | null,
  ): ClaimInput {
    const { policy, plannedAt, dueAt, hasWaited, attempt, schedule, job } = run;
    const isOfPlan = run.origin === 'plan';
    const pattern = isOfPlan ? this.patternOf(run) : null;
    return {
      isOfPlan,
      pattern,
      policy,
      plannedAt,
      hasWaited,
      isCalledAgain: attempt > 1,
      dueAt,
      running: minds(run) ? (meetings?.metBy(run) ?? null) : null,
      hold: holds?.get(run.runId) ?? null,
      timedAt: schedule.timedAt,
      window: intersect(job, schedule),
      now,
      outages,
      claimedRuns: counts.get(schedule.id) ?? 0,
    };
  }

  /** Returns null, and says so, where the stored pattern cannot be read: that stops its own schedule and no other. */
  private patternOf({ schedule, policy }: ClaimedRun): SchedulePattern | null {
    try {
      return patternOf(schedule, policy?.zone ?? null);
    } catch (error) {
      this.log.error(`The pattern of schedule ${schedule.id} cannot be read: ${String(error)}`);
      return null;
    }
  }

  /** Moves a run to another missed instant of an outage; where another run of the schedule has it, none is skipped. */
  private async takeMissed(tx: Tx, decided: Decided): Promise<Decided> {
    const { run, input, plan } = decided;
    const isMoved = plan.at !== run.plannedAt;
    const dueAt = plan.at + run.dueAt - run.plannedAt;
    if (isMoved && !(await this.runs.redate(tx, run.id, { plannedAt: plan.at, dueAt }))) {
      return { ...decided, plan: planOfClaim({ ...input, outages: [] }) };
    }
    await this.missed.note(tx, run, plan, input.now);
    return isMoved ? { ...decided, run: { ...run, plannedAt: plan.at, dueAt } } : decided;
  }

  /** Ends the runs that are not called. They are hardly ever any. */
  private async endUncalled(tx: Tx, decided: readonly Decided[], now: Instant): Promise<void> {
    const ended = decided.filter(isEndedHere);
    if (ended.length === 0) return;
    const dropped = ended.filter(({ plan }) => plan.run.kind === 'drop');
    if (dropped.length > 0)
      await this.runs.deleteClaimed(
        tx,
        dropped.map(({ run }) => run.id),
      );
    const uncalled = ended.flatMap(({ run: { runId }, plan: { run } }): RunVerdict[] => {
      if (run.kind === 'skip') return [{ runId, event: { kind: 'skipped' }, text: run.why }];
      if (run.kind === 'fail') return [{ runId, event: { kind: 'unavailable' }, text: run.why }];
      return [];
    });
    if (uncalled.length > 0) await this.endings.conclude(tx, uncalled, now);
  }

  /** Puts the runs back into the queue whose endpoints are protected from them. */
  private async holdBack(tx: Tx, decided: readonly Decided[]): Promise<void> {
    const held = decided.flatMap(({ run: { runId }, plan: { run } }) =>
      run.kind === 'hold' ? [{ runId, by: run.by, until: run.until, since: run.since }] : [],
    );
    await this.holding.putBack(tx, held);
  }

  /** Some instants were taken by other runs of their schedules: what follows then is decided with the latest of those. */
  private async planAround(tx: Tx, followed: readonly Decided[], now: Instant): Promise<Deactivation[]> {
    const ended: Deactivation[] = [];
    for (const { run, input } of followed) {
      const next = planAround(input, await this.runs.findLatest(tx, run.schedule.id));
      if (next.kind === 'at') await this.runs.plan(tx, [successorOf(run, next.at, now)]);
      else ended.push(...endedBy(run, next));
    }
    return ended;
  }
}

function successorOf(run: ClaimedRun, at: Instant, now: Instant): PlannedRun {
  const { id, spreadOffset } = run.schedule;
  return spreadRunOf({ id, tenancyId: run.tenancyId, spreadOffset }, at, now);
}

function endedBy(run: ClaimedRun, next: Following): Deactivation[] {
  const reason = reasonOf(next);
  return reason === null ? [] : [{ scheduleId: run.schedule.id, jobId: run.job.id, reason }];
}

/** Returns why a schedule is switched off, null where it goes on. */
function reasonOf(next: Following): DeactivationReason | null {
  switch (next.kind) {
    case 'at':
    case 'none':
      return null;
    case 'unreadable':
      return next.what === 'pattern' ? 'unreadablePattern' : 'unreadableSettings';
    case 'usedUp':
      return 'maxRuns';
    case 'ended':
    case 'noFutureRun':
      return next.kind;
  }
}

/** Whether a run is neither called nor left to what it meets: it is skipped, or goes. */
function isEndedHere(each: Decided): boolean {
  const { kind } = each.plan.run;
  return kind === 'drop' || kind === 'fail' || (kind === 'skip' && (!minds(each.run) || isProtected(each)));
}

/** Whether what becomes of a run is for its endpoint's sake, so that what it meets does not matter. */
function isProtected({ input }: Decided): boolean {
  return input.hold !== null && input.hold !== undefined;
}

/** Whether a run goes back to the queue because of its endpoint. */
function isHeld({ plan }: Decided): boolean {
  return plan.run.kind === 'hold';
}
