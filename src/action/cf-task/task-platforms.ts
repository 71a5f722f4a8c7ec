import { Injectable, Logger } from '@nestjs/common';
import { logUnlessUnavailable } from '../../database/connection/availability.js';
import { Database } from '../../database/database.js';
import type { RunnerRow } from '../../database/entities/runner.row.js';
import {
  isOfStop,
  isPlatformFailure,
  PlatformRefused,
  problemOf,
  stateAfter,
  type PlatformFailure,
} from '../../runner/platform-failure.js';
import { RunnerFindings } from '../../runner/runner-findings.js';
import { RunnerStore } from '../../runner/runner.store.js';
import { Runners } from '../../runner/runners.js';
import type { TaskPlatform } from '../../runner/task-platform.js';

/** The runner of a task does not exist any more. */
export class NoRunner extends Error {
  constructor(runnerId: string) {
    super(`The runner ${runnerId} was deleted.`);
    this.name = new.target.name;
  }
}

type Finding = Pick<RunnerRow, 'state' | 'problem'>;

const TOO_MANY_REQUESTS = 429;

/** The platforms that tasks run on, by their runners. */
@Injectable()
export class TaskPlatforms {
  private readonly log = new Logger(TaskPlatforms.name);

  constructor(
    private readonly database: Database,
    private readonly store: RunnerStore,
    private readonly runners: Runners,
    private readonly findings: RunnerFindings,
  ) {}

  /** Returns the platform of a runner. Throws NoRunner. */
  async of(runnerId: string): Promise<TaskPlatform> {
    return this.runners.platformOf(await this.get(runnerId));
  }

  /**
   * Speaks to the platform of a runner, and notes what that tells of the runner where it is new. Throws NoRunner, and what
   * `work` throws; `tells` says which of its failures are about the runner.
   */
  async look<T>(
    runnerId: string,
    work: (platform: TaskPlatform) => Promise<T>,
    tells: (failure: PlatformFailure) => boolean = () => true,
  ): Promise<T> {
    const runner = await this.get(runnerId);
    try {
      const result = await work(this.runners.platformOf(runner));
      await this.note(runner, { state: 'ready', problem: null });
      return result;
    } catch (error) {
      if (isPlatformFailure(error) && !isOfStop(error) && tells(error))
        await this.note(runner, findingOf(error));
      throw error;
    }
  }

  private async get(runnerId: string): Promise<RunnerRow> {
    const runner = await this.database.read((tx) => this.store.find(tx, runnerId), 'upkeep');
    if (runner === null) throw new NoRunner(runnerId);
    return runner;
  }

  /** Where that fails, the next look notes it: what the platform has done counts all the same. */
  private async note(runner: RunnerRow, finding: Finding): Promise<void> {
    if (runner.state === finding.state && (finding.state !== 'ready' || runner.problem === finding.problem))
      return;
    await this.findings
      .note(runner, finding)
      .catch((error: unknown) =>
        logUnlessUnavailable(error, (reason) =>
          this.log.error(`A runner's state could not be noted: ${reason}`),
        ),
      );
  }
}

/** A platform that wants to be asked less often is there: its runner is ready, and says so. */
function findingOf(failure: PlatformFailure): Finding {
  const isBusy = failure instanceof PlatformRefused && failure.status === TOO_MANY_REQUESTS;
  return { state: isBusy ? 'ready' : stateAfter(failure), problem: problemOf(failure) };
}
