import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SECOND_MS } from '../../core/instant.js';
import { untilNone } from '../../database/batches.js';
import { Database } from '../../database/database.js';
import { Chores } from '../../replica/chores.js';
import { JobWork } from './job-work.js';
import { JobWorkStore } from './job-work.store.js';

/** How soon what a process left that died is gone on with. */
const LOOK_EVERY_MS = 5 * SECOND_MS;
const LEASE = { name: 'job-work', forMs: 10 * SECOND_MS };
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
    chores: Chores,
  ) {
    const run = () => this.finishAll();
    chores.register({ name: 'job-work', everyMs: LOOK_EVERY_MS, lease: LEASE, isForDispatch: true, run });
  }

  /** What is under way ends with its batch: another replica goes on, or the next start. */
  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /** Ends the oldest of the changes that are unfinished, as many as one round takes; returns how many batches that took. */
  async finishAll(): Promise<number> {
    const open = await this.database.read((tx) => this.store.list(tx, MOST));
    let batches = 0;
    for (const { jobId, tenancyId } of open) {
      const goOn = async (tx: Parameters<JobWork['goOn']>[0]) =>
        !this.isStopping && (await this.work.goOn(tx, jobId)) ? 1 : 0;
      batches += await untilNone(this.database, goOn, { tenancyId, alone: `job ${jobId}` });
    }
    return batches;
  }
}
