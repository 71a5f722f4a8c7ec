import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { RunnerRow } from '../database/entities/runner.row.js';
import type { Tx } from '../database/tx.js';
import { RunnerStore, type RunnerFinding, type RunnerVersion } from './runner.store.js';

/** Keeps what is found out about runners; a change of a state is one line in the log of one replica. */
@Injectable()
export class RunnerFindings {
  private readonly log = new Logger('Runners');

  constructor(
    private readonly database: Database,
    private readonly store: RunnerStore,
  ) {}

  /** Stores what a look at a platform found out, unless the runner was changed since. */
  async note(runner: RunnerVersion & Pick<RunnerRow, 'name'>, finding: RunnerFinding): Promise<void> {
    await this.database.transaction((tx) => this.noteIn(tx, runner, finding));
  }

  /** Does the same within a transaction. */
  async noteIn(
    tx: Tx,
    { name, ...runner }: RunnerVersion & Pick<RunnerRow, 'name'>,
    finding: RunnerFinding,
  ): Promise<void> {
    if (!(await this.store.note(tx, runner, finding))) return;
    tx.afterCommit(() => this.tell(`Runner '${name}' (${runner.id}) is ${finding.state}`, finding));
  }

  private tell(what: string, { state, problem }: RunnerFinding): void {
    if (state === 'ready') this.log.log(`${what} again.`);
    else this.log.warn(`${what}: ${problem ?? ''}`);
  }
}
