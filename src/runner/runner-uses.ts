import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';

/** Something that needs a runner, told by the module that owns it. */
export interface RunnerUse {
  /** What it is called, for one and for several, and what ends the use: `['task (delete)', 'tasks (delete)']`. */
  readonly nouns: readonly [string, string];
  /** Returns how many there are for a runner. */
  count(tx: Tx, runnerId: string): Promise<number>;
}

/** What uses runners: a runner that is used is not deleted. */
@Injectable()
export class RunnerUses {
  private readonly uses: RunnerUse[] = [];

  /** Adds something that needs runners. Call it in a constructor. */
  join(use: RunnerUse): void {
    this.uses.push(use);
  }

  /** Returns what uses a runner, such as `3 tasks and 1 open run`; null where nothing does. */
  async describe(tx: Tx, runnerId: string): Promise<string | null> {
    const counts: string[] = [];
    for (const use of this.uses) {
      const n = await use.count(tx, runnerId);
      if (n > 0) counts.push(`${n} ${use.nouns[n === 1 ? 0 : 1]}`);
    }
    return counts.length === 0 ? null : counts.join(' and ');
  }
}
