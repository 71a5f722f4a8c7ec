import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SECOND_MS } from '../../core/instant.js';
import { untilNone } from '../../database/batches.js';
import { Database } from '../../database/database.js';
import { ChoreLease } from '../../replica/chore-lease.js';
import { Chores } from '../../replica/chores.js';
import { JobWork } from './job-work.js';
import { JobWorkStore } from './job-work.store.js';

/** How soon what a process left that died is gone on with. */
const LOOK_EVERY_MS = 5 * SECOND_MS;
const NAME = 'job-work';
/** For how long one replica has the work of all: where it dies, another goes on so soon. */
const LEASE_MS = 10 * SECOND_MS;
/** Jobs of one round. */
const MOST = 20;

/**
 * Goes on with the changes of jobs that nobody ended: their process died, or its requests failed. Where a request still
 * works on one, both do a batch in turn.
 */
@Injectable()
export class JobWorkChores implements OnModuleDestroy {
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly store: JobWorkStore,
    private readonly work: JobWork,
    private readonly lease: ChoreLease,
    chores: Chores,
  ) {
    const run = () => this.finishAll();
    chores.register({ name: NAME, everyMs: LOOK_EVERY_MS, isForDispatch: true, run });
  }

  /** What is under way ends with its batch: another replica goes on, or the next start. */
  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /**
   * Ends the oldest of the changes that are unfinished, as many as one round takes, where no other replica does so; returns
   * how many batches that took. Every replica looks, and only one that finds something asks for the lease: most of the
   * time there is nothing.
   */
  async finishAll(): Promise<number> {
    const open = await this.database.read((tx) => this.store.list(tx, MOST));
    if (open.length === 0 || !(await this.lease.mayDo(NAME, LEASE_MS))) return 0;
    let batches = 0;
    for (const { jobId, tenancyId } of open) {
      const goOn = async (tx: Parameters<JobWork['goOn']>[0]) =>
        !this.isStopping && (await this.work.goOn(tx, jobId)) ? 1 : 0;
      batches += await untilNone(this.database, goOn, { tenancyId, alone: `job ${jobId}` });
    }
    return batches;
  }
}
