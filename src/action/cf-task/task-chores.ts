import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { SECOND_MS } from '../../core/instant.js';
import { ChoreLease } from '../../replica/chore-lease.js';
import { Chores } from '../../replica/chores.js';
import { TaskPresence } from './task-presence.js';
import { TaskStops } from './task-stops.js';
import { TaskWatch } from './task-watch.js';

const NAME = 'tasks';

/** Has tasks watched and stopped, each second and on one replica at a time, where there are any. */
@Injectable()
export class TaskChores {
  constructor(
    private readonly presence: TaskPresence,
    private readonly lease: ChoreLease,
    private readonly watch: TaskWatch,
    private readonly stops: TaskStops,
    @Inject(CONFIG) private readonly config: Config,
    chores: Chores,
  ) {
    chores.register({ name: NAME, everyMs: SECOND_MS, isForDispatch: true, run: () => this.run() });
  }

  /** The lease is asked for only where there is something to do: most deployments have no tasks. */
  private async run(): Promise<void> {
    if (!(await this.presence.isAny())) return;
    const isOurs = await this.lease.mayDo(NAME, this.config.leaseMs);
    if (!isOurs) return this.presence.doubt();
    // Neither fails with the other.
    const [watched, stopped] = await Promise.allSettled([this.watch.tick(), this.stops.tick()]);
    if (watched.status === 'fulfilled' && watched.value === 0) this.presence.doubt();
    for (const result of [watched, stopped]) if (result.status === 'rejected') throw result.reason;
  }
}
