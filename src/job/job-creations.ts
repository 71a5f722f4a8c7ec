import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { Clock } from '../core/clock.js';
import { DomainError } from '../core/errors.js';
import { TurnQueue } from '../core/turn-queue.js';
import { Database } from '../database/database.js';
import { PlanChanges } from '../schedule/plan/plan-changes.js';
import { effectOfNew } from '../schedule/schedule-writer.js';
import type { JobDraft } from './draft/job.draft.js';
import { JobWriter, type NewJob } from './job-writer.js';
import type { JobView } from './job.view.js';

/** A creation that waits for its turn. */
interface Waiting {
  readonly job: NewJob;
  readonly done: () => void;
  readonly failed: (reason: unknown) => void;
}

/** Jobs that one transaction takes: a few statements with many rows each, one commit. */
const MOST_PER_TRANSACTION = 32;
/** Schedules that one transaction takes, unless one job alone has more. */
const MOST_SCHEDULES = 1_000;
const MOST_TRANSACTIONS = 2;

/**
 * Creates jobs. What is asked for while transactions are under way shares the next one: the round trips and the
 * commit are paid once for all of them, and a single creation waits for nobody. Tenancies take turns. Where one job of a
 * shared transaction is refused, each gets one of its own, so that no caller's mistake is another's.
 */
@Injectable()
export class JobCreations {
  private readonly waiting = new TurnQueue<Waiting>(Infinity);
  private transactions = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly planChanges: PlanChanges,
    private readonly writer: JobWriter,
  ) {}

  /** Creates a job with its schedules, all or nothing, and returns it once it is committed. Throws InvalidInput. */
  async create(scope: AccessScope, draft: JobDraft): Promise<JobView> {
    const job = this.writer.prepare(scope, draft, this.clock.now());
    await new Promise<void>((done, failed) => {
      this.waiting.add({ group: String(scope.tenancyId), member: '' }, { job, done, failed });
      this.proceed();
    });
    return { row: job.row, tenant: scope, schedules: job.made.views, task: null };
  }

  private proceed(): void {
    const most = this.database.dialect.isSerial ? 1 : MOST_TRANSACTIONS;
    while (this.transactions < most && this.waiting.peek() !== null) {
      this.transactions++;
      void this.run(this.take()).finally(() => {
        this.transactions--;
        this.proceed();
      });
    }
  }

  /** Takes what goes into the next transaction: one job of each tenancy in turn, until it is full. */
  private take(): Waiting[] {
    const taken: Waiting[] = [];
    let schedules = 0;
    while (taken.length < MOST_PER_TRANSACTION) {
      const first = this.waiting.peek();
      if (first === null) break;
      schedules += first.job.made.views.length;
      if (taken.length > 0 && schedules > MOST_SCHEDULES) break;
      taken.push(first);
      this.waiting.next();
    }
    return taken;
  }

  private async run(together: readonly Waiting[]): Promise<void> {
    try {
      const jobs = together.map(({ job }) => job);
      await this.database.transaction(async (tx) => {
        await this.writer.insert(tx, jobs);
        for (const { row, made } of jobs) {
          this.planChanges.announce(tx, { tenancyId: row.tenancyId, ...effectOfNew(made) });
        }
      });
      for (const { done } of together) done();
    } catch (error) {
      if (together.length > 1 && error instanceof DomainError && error.code !== 'unavailable') {
        for (const one of together) await this.run([one]);
        return;
      }
      for (const { failed } of together) failed(error);
    }
  }
}
