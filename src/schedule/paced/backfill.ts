import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import { Conflict, InvalidInput, NotFound } from '../../core/errors.js';
import { wireText, type Instant } from '../../core/instant.js';
import type { SchedulePattern } from '../../core/plan/pattern.js';
import {
  countInstants,
  instantsAfter,
  type InstantOrder,
  type PastInstants,
} from '../../core/plan/past-instants.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import { getSchedule, type SchedulePlace } from '../../database/scoped.js';
import type { Tx } from '../../database/tx.js';
import { OperationKinds, type OperationBatch, type OperationTask } from '../../operation/operation-kind.js';
import { patternOfRow, type StoredTiming } from '../plan/pattern-of.js';
import { PlanChanges } from '../plan/plan-changes.js';
import { AskedRuns } from '../request/asked-runs.js';
import { BACKFILL_KIND, dryRunOf, PACED_LEASE_MS, PacedRuns, type PacedOrder } from './paced-runs.js';
import { MOST_RUNS, type Made, type PacedState } from './paced-state.js';

/** What a back-fill is asked for. */
export interface BackfillRequest {
  readonly from: Instant;
  readonly to: Instant;
  readonly order: InstantOrder;
  readonly concurrency: number;
  readonly dryRun: boolean;
}

/** The same as it is stored: with the timing that the schedule had, so that what was counted is what is made. */
interface BackfillOrder extends BackfillRequest, PacedOrder {
  readonly jobId: number;
  readonly scheduleId: string;
  readonly timing: StoredTiming;
  readonly gridAt: Instant;
}

type Task = OperationTask<BackfillOrder, PacedState>;

/** Runs a schedule for past instants of its pattern, little by little (schedule-extensions.md, "Replay and back-fill"). */
@Injectable()
export class Backfill implements OnModuleInit {
  constructor(
    private readonly clock: Clock,
    private readonly kinds: OperationKinds,
    private readonly paced: PacedRuns,
    private readonly asked: AskedRuns,
    private readonly planChanges: PlanChanges,
  ) {}

  onModuleInit(): void {
    this.kinds.register<BackfillOrder, PacedState>({
      kind: BACKFILL_KIND,
      leaseMs: PACED_LEASE_MS,
      runBatch: (tx, task) => this.runBatch(tx, task),
      cancel: (tx, operation, now) => this.paced.cancel(tx, operation, now),
      subjectOf: ({ jobId, scheduleId, from, to, order }) => ({
        ...{ 'job-id': jobId, 'schedule-id': scheduleId },
        ...{ from: wireText(from), to: wireText(to), order },
      }),
    });
  }

  /**
   * Starts a back-fill and returns the id of its operation. Throws NotFound, InvalidInput for a range that has too many instants or
   * is not past, Conflict where the stored pattern cannot be read, and TooManyRequests.
   */
  start(scope: AccessScope, place: SchedulePlace, request: BackfillRequest): Promise<string> {
    const now = this.clock.now();
    return this.paced.start(scope, async (tx) => {
      const schedule = await getSchedule(tx, scope, place);
      refuseRange(request, now);
      const { kind, expression, meaning, policy, startAt, createdAt, tenancyId } = schedule;
      const timing = { kind, expression, meaning, policy };
      const gridAt = startAt ?? createdAt;
      const total = countInstants(pastOf({ ...request, timing, gridAt }, schedule.id));
      if (total > MOST_RUNS) throw tooMany(total);
      const input: BackfillOrder = { ...place, ...request, timing, gridAt, total };
      return { kind: BACKFILL_KIND, scope, tenancyId, input };
    });
  }

  private async runBatch(tx: Tx, task: Task): Promise<OperationBatch<PacedState>> {
    const { input } = task;
    if (input.dryRun) return dryRunOf(input.total, endsOf(input));
    return this.paced.runBatch(tx, task, (room, cursor) => this.make(tx, task, room, cursor));
  }

  private async make(
    tx: Tx,
    { scope, input, id, now }: Task,
    room: number,
    cursor: number | null,
  ): Promise<Made | null> {
    const schedule = await findSchedule(tx, scope, input);
    if (schedule === null) return null;
    const instants = instantsAfter(pastOf(input, schedule.id), input.order, cursor, room);
    const { tenancyId, dataVersion } = schedule;
    const planned = await this.asked.plan(
      tx,
      instants.map((originalAt) => ({
        ...{ schedule, origin: 'backfill' as const, originalAt, replayOf: null, dataVersion, pacedBy: id },
      })),
      now,
    );
    const earliestAt = planned[0]?.plannedAt ?? null;
    this.planChanges.announce(tx, { tenancyId, dropped: [], earliestAt });
    return {
      runIds: planned.map(({ runId }) => runId),
      cursor: instants.at(-1) ?? cursor ?? input.from,
      isExhausted: instants.length < room,
    };
  }
}

function refuseRange({ from, to }: BackfillRequest, now: Instant): void {
  if (from < 0) {
    throw new InvalidInput(
      `'from' is ${wireText(from)}: nothing can be made up before 1970, give a later one`,
      'from',
    );
  }
  if (from > to) {
    throw new InvalidInput(
      `'from' is ${wireText(from)} and later than 'to', which is ${wireText(to)}: give an earlier one`,
      'from',
    );
  }
  if (to > now) {
    throw new InvalidInput(
      `'to' is ${wireText(to)} and lies in the future: what is planned runs by itself, give an instant that has passed`,
      'to',
    );
  }
}

function tooMany(total: number): InvalidInput {
  return new InvalidInput(
    `The schedule has ${total} instants from 'from' to 'to': at most ${MOST_RUNS} are made up at once, give a shorter range`,
    'from',
  );
}

/** Returns the instants that an order means. Throws InvalidInput for a schedule that runs once, and Conflict where its timing cannot be read. */
function pastOf(
  { timing, from, to, gridAt }: Pick<BackfillOrder, 'timing' | 'from' | 'to' | 'gridAt'>,
  id: string,
): PastInstants {
  const pattern = readPattern(timing, id);
  if (pattern.kind === 'once') {
    throw new InvalidInput(
      `The schedule '${id}' runs once and has no past instants to make up: run it now, or run its run again`,
    );
  }
  return { pattern, from, to, gridAt };
}

function readPattern(timing: StoredTiming, id: string): SchedulePattern {
  try {
    return patternOfRow(timing);
  } catch {
    throw new Conflict(
      `The stored timing of the schedule '${id}' cannot be read: give the schedule its timing anew.`,
    );
  }
}

/** Returns the first and the last of the instants, so that who only asks sees how an interval counts. */
function endsOf(input: BackfillOrder): object {
  const past = pastOf(input, input.scheduleId);
  const told = (name: string, order: InstantOrder) => {
    const [at] = instantsAfter(past, order, null, 1);
    return at === undefined ? {} : { [name]: wireText(at) };
  };
  return { ...told('first', 'oldest'), ...told('last', 'newest') };
}

async function findSchedule(tx: Tx, scope: AccessScope, place: SchedulePlace): Promise<ScheduleRow | null> {
  try {
    return await getSchedule(tx, scope, place);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}
