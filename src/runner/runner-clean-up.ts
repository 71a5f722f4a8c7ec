import { Injectable } from '@nestjs/common';
import { HOUR_MS } from '../core/instant.js';
import { Database } from '../database/database.js';
import { Chores, CLEAN_UP } from '../replica/chores.js';
import { RunnerUses } from './runner-uses.js';
import { RunnerStore } from './runner.store.js';

/** The name of the chore. */
export const RUNNER_CLEAN_UP = 'runner-clean-up';
const MOST_ROWS = 1_000;

/**
 * Deletes the runners of instances that are gone, with their secrets. One that tasks still run with stays until these are
 * stopped: that needs its credentials.
 */
@Injectable()
export class RunnerCleanUp {
  constructor(
    private readonly database: Database,
    private readonly store: RunnerStore,
    private readonly uses: RunnerUses,
    chores: Chores,
  ) {
    chores.register({ name: RUNNER_CLEAN_UP, everyMs: HOUR_MS, ...CLEAN_UP, run: () => this.run() });
  }

  private async run(): Promise<number> {
    const ids = await this.database.read((tx) => this.store.listLeftBehind(tx, MOST_ROWS));
    let deleted = 0;
    for (const id of ids) deleted += Number(await this.deleteUnused(id));
    return deleted;
  }

  private deleteUnused(id: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      if ((await this.uses.describe(tx, id)) !== null) return false;
      await this.store.delete(tx, id);
      return true;
    });
  }
}
