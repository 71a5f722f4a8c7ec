import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { Clock } from '../../core/clock.js';
import { MINUTE_MS, type Instant } from '../../core/instant.js';
import { Database } from '../../database/database.js';
import { Heartbeat } from '../../replica/heartbeat.js';
import { TaskRunStore } from './task-run.store.js';

/** How soon even a replica that believes to be alone looks again. */
const LONGEST_MS = 5 * MINUTE_MS;

/** What a replica knew when it found no tasks. */
interface None {
  readonly orders: number;
  readonly replicas: string;
  readonly at: Instant;
}

/**
 * Says whether there is any task to watch or to stop, so that a deployment without tasks pays nothing for them. Whoever
 * found none need not look again until it orders a task itself or another replica is gone; beside others it looks once a
 * lease, because they order tasks, too.
 */
@Injectable()
export class TaskPresence {
  private orders = 0;
  /** Null where that is not known. */
  private none: None | null = null;
  private isSome = false;

  constructor(
    private readonly database: Database,
    private readonly tasks: TaskRunStore,
    private readonly heartbeat: Heartbeat,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Takes in that this replica has stored that a task is ordered, or is to be stopped. */
  noteOrder(): void {
    this.orders += 1;
  }

  /** Takes in that there may be no tasks any more, or that another replica sees to them. */
  doubt(): void {
    this.isSome = false;
  }

  /** Returns whether there may be tasks. Where there were some, nothing is asked until that is in doubt. */
  async isAny(): Promise<boolean> {
    if (this.isSome) return true;
    if (this.isSurelyNone()) return false;
    // What is ordered while the database is read may not be seen by it.
    const [orders, replicas, at] = [this.orders, this.replicas, this.clock.now()];
    this.isSome = await this.database.read((tx) => this.tasks.isAny(tx), 'upkeep');
    this.none = this.isSome ? null : { orders, replicas, at };
    return this.isSome;
  }

  private isSurelyNone(): boolean {
    if (this.none === null) return false;
    const { orders, replicas, at } = this.none;
    const restMs = this.heartbeat.isAlone ? LONGEST_MS : this.config.leaseMs;
    return orders === this.orders && replicas === this.replicas && this.clock.now() - at < restMs;
  }

  private get replicas(): string {
    return this.heartbeat.liveReplicaIds.join();
  }
}
