import { Injectable, type OnModuleInit } from '@nestjs/common';
import { refuseTenantId, type AccessScope } from '../../core/access-scope.js';
import { InvalidInput } from '../../core/errors.js';
import { Database } from '../../database/database.js';
import { chunks } from '../../database/lists.js';
import type { Tx } from '../../database/tx.js';
import { OperationKinds, type OperationBatch, type OperationTask } from '../../operation/operation-kind.js';
import { ReplayStore, type ReplayedRun } from '../request/replay.store.js';
import { Replays } from '../request/replays.js';
import { dryRunOf, PACED_LEASE_MS, PacedRuns, REPLAY_KIND, type PacedOrder } from './paced-runs.js';
import { MOST_RUNS, type Made, type PacedState, type ToldError } from './paced-state.js';
import { RunsToReplayQuery, type ReplayFilter } from './runs-to-replay.query.js';

/** What a replay of many runs is asked for. */
export interface RunsReplayRequest {
  readonly filter: ReplayFilter;
  readonly dryRun: boolean;
  readonly concurrency: number;
}

/** The same as it is stored. The runs themselves are its parts: their ids, the earliest planned first. */
type ReplayOrder = PacedOrder & Pick<RunsReplayRequest, 'dryRun'>;

type Task = OperationTask<ReplayOrder, PacedState>;

/** Ids of one part: two batches of the widest operation. */
const PART = 100;

/** Runs many ended runs again, little by little. Which they are is decided when it is asked for. */
@Injectable()
export class RunsReplay implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly kinds: OperationKinds,
    private readonly paced: PacedRuns,
    private readonly query: RunsToReplayQuery,
    private readonly store: ReplayStore,
    private readonly replays: Replays,
  ) {}

  onModuleInit(): void {
    this.kinds.register<ReplayOrder, PacedState>({
      kind: REPLAY_KIND,
      leaseMs: PACED_LEASE_MS,
      runBatch: (tx, task) => this.runBatch(tx, task),
      cancel: (tx, operation, now) => this.paced.cancel(tx, operation, now),
    });
  }

  /** Starts a replay of all runs of the scope that a filter selects. Throws InvalidInput where they are too many, and TooManyRequests. */
  async start(scope: AccessScope, { filter, dryRun, concurrency }: RunsReplayRequest): Promise<string> {
    refuseTenantId(scope, filter.tenantId, 'filter.tenantId');
    await this.query.learn(scope, filter);
    const ids = await this.database.read((tx) => this.query.list(tx, scope, filter, MOST_RUNS + 1), scope);
    if (ids.length > MOST_RUNS) {
      throw new InvalidInput(
        `The filter selects more than ${MOST_RUNS} runs: at most ${MOST_RUNS} are run again at once, select fewer`,
        'filter',
      );
    }
    const input: ReplayOrder = { concurrency, dryRun, total: ids.length };
    const parts = dryRun ? [] : chunks(ids, PART);
    const { tenancyId } = scope;
    return this.paced.start(scope, () =>
      Promise.resolve({ kind: REPLAY_KIND, scope, tenancyId, input, parts }),
    );
  }

  private async runBatch(tx: Tx, task: Task): Promise<OperationBatch<PacedState>> {
    const { input } = task;
    if (input.dryRun) return dryRunOf(input.total);
    return this.paced.runBatch(tx, task, (room, cursor) => this.make(tx, task, room, cursor ?? 0));
  }

  private async make(tx: Tx, task: Task, room: number, cursor: number): Promise<Made> {
    const { id, input, now } = task;
    // Written by `start` alone. One part after another, so that a batch reads no more than one.
    const ids = ((await task.part(Math.floor(cursor / PART))) ?? []) as readonly string[];
    const from = cursor % PART;
    const wanted = ids.slice(from, from + room);
    const runs = await this.store.list(tx, wanted);
    const found = new Map(runs.map((run) => [run.runId, obstacleOf(run)]));
    const planned = await this.replays.plan(
      tx,
      runs.filter((run) => obstacleOf(run) === null),
      now,
      id,
    );
    const next = cursor + wanted.length;
    return {
      runIds: planned.map(({ runId }) => runId),
      errors: wanted.flatMap((runId) => errorOf(runId, found.get(runId))),
      cursor: next,
      isExhausted: next >= input.total || wanted.length === 0,
    };
  }
}

type Obstacle = ReplayedRun['obstacle'] | 'suspended';

/** The run of a tenant that is suspended would keep the places of the others' runs until it is resumed. */
function obstacleOf({ obstacle, isSuspended }: ReplayedRun): Obstacle {
  return obstacle ?? (isSuspended ? 'suspended' : null);
}

function errorOf(runId: string, obstacle: Obstacle | undefined): ToldError[] {
  switch (obstacle) {
    case null:
      return [];
    case undefined:
      return [{ 'run-id': runId, message: 'The run or its schedule was deleted.' }];
    case 'open':
      return [{ 'run-id': runId, message: 'The run has not ended.' }];
    case 'suspended':
      return [{ 'run-id': runId, message: 'The tenant of the run is suspended.' }];
    case 'dataGone':
      return [{ 'run-id': runId, message: 'The data that the run was called with is no longer kept.' }];
  }
}
