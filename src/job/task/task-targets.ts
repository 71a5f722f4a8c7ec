import { Injectable } from '@nestjs/common';
import { DomainError, InvalidInput, shown } from '../../core/errors.js';
import type { RunnerRow } from '../../database/entities/runner.row.js';
import {
  isPlatformFailure,
  problemOf,
  stateAfter,
  type PlatformFailure,
} from '../../runner/platform-failure.js';
import { Runners } from '../../runner/runners.js';
import type { App, AppKey, TaskPlatform } from '../../runner/task-platform.js';
import type { TaskTarget } from './task.content.js';

/** What is looked up with a runner. */
export interface TargetWanted {
  /** Null for the application of the runner. */
  readonly app: AppKey | null;
  readonly processId: string | null;
}

/** Looks up where tasks are to run, as soon as somebody says so: no run is to find out that there is no such application. */
@Injectable()
export class TaskTargets {
  constructor(private readonly runners: Runners) {}

  /**
   * Returns the application of a runner's space, and the process of it, that are meant. No transaction may be open. Throws
   * InvalidInput where they are not there or the runner is refused; DomainError of the code unavailable where nothing answers.
   */
  async find(runner: RunnerRow, { app, processId }: TargetWanted): Promise<TaskTarget> {
    const key = app ?? ownAppOf(runner);
    const platform = this.runners.platformOf(runner);
    const { appId, name: appName } = await asked(runner, () => foundApp(platform, key, runner.id));
    if (processId !== null && !(await asked(runner, () => platform.hasProcess(appId, processId)))) {
      throw new InvalidInput(
        `'processId' ${shown(processId)} is no process of the application ${shown(appName)}: choose one of its processes`,
        'processId',
      );
    }
    return { runnerId: runner.id, appId, appName, processId };
  }
}

function ownAppOf({ name, appId }: RunnerRow): AppKey {
  if (appId !== null) return { appId };
  throw new InvalidInput(
    `'appId' or 'appName' is required: the runner ${shown(name)} has no application of its own`,
    'appId',
  );
}

async function foundApp(platform: TaskPlatform, key: AppKey, runnerId: string): Promise<App> {
  const app = await platform.findApp(key);
  if (app !== null) return app;
  const [field, value] = 'appId' in key ? ['appId', key.appId] : ['appName', key.name];
  throw new InvalidInput(
    `'${field}' ${shown(value)} is no application of the runner's space: choose one of GET /admin/v1/runners/${runnerId}/apps`,
    field,
  );
}

async function asked<T>(runner: RunnerRow, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isPlatformFailure(error) ? refusalOf(runner, error) : error;
  }
}

/** Returns what a failure of the platform means for whoever says where a task is to run. */
function refusalOf({ name }: RunnerRow, failure: PlatformFailure): DomainError {
  const message = `The runner ${shown(name)} cannot be asked: ${problemOf(failure)}`;
  return stateAfter(failure) === 'unreachable'
    ? new DomainError('unavailable', message)
    : new InvalidInput(message, 'runnerId');
}
