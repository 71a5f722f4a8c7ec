import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { DomainError, InvalidInput, shown } from '../../core/errors.js';
import { Database } from '../../database/database.js';
import type { RunnerRow } from '../../database/entities/runner.row.js';
import { RunnerStore } from '../../runner/runner.store.js';
import { TASK_TYPE } from '../draft/job-type.js';
import { TaskTargets } from '../task/task-targets.js';
import type { FoundTarget } from '../task/task.content.js';
import { FOUND_TARGET, taskOf, type ImportEntry } from './import.schema.js';

/** What was found out in one import: each application is looked up once, and a platform that is away is asked once. */
interface LookUps {
  /** By name; null where there is none. */
  readonly runners: Map<string, RunnerRow | null>;
  readonly found: Map<string, FoundTarget>;
  /** By the name of the runner. */
  readonly away: Map<string, FoundTarget>;
}

/**
 * Looks up where the tasks of an import are to run, before its order is stored: its batches are transactions, which wait
 * for no platform. What is found, or why nothing is, goes into the order beside each entry.
 */
@Injectable()
export class TaskEntries {
  constructor(
    private readonly database: Database,
    private readonly runners: RunnerStore,
    private readonly targets: TaskTargets,
  ) {}

  /** Returns the entries of an import; those that are tasks with what was found of them, where the caller may make tasks. */
  async withTargets(scope: AccessScope, entries: readonly ImportEntry[]): Promise<readonly ImportEntry[]> {
    if (!scope.rights.has('admin') || !entries.some(isTask)) return entries;
    const lookUps: LookUps = { runners: new Map(), found: new Map(), away: new Map() };
    const looked: ImportEntry[] = [];
    for (const entry of entries) {
      looked.push(
        isTask(entry) ? { ...entry, [FOUND_TARGET]: await this.find(scope, entry, lookUps) } : entry,
      );
    }
    return looked;
  }

  private find(scope: AccessScope, entry: ImportEntry, lookUps: LookUps): Promise<FoundTarget> {
    const { found, away } = lookUps;
    return orRefusal(async () => {
      const { runner: name, appName, processId } = taskOf(entry);
      const runner = await this.runnerOf(scope, name, lookUps);
      const key = JSON.stringify([name, appName, processId]);
      const known = away.get(name) ?? found.get(key);
      if (known) return known;
      const wanted = { app: { name: appName }, processId };
      const one = await orRefusal(async () => ({ target: await this.targets.find(runner, wanted) }));
      found.set(key, one);
      if ('refusal' in one && one.isAway) away.set(name, one);
      return one;
    });
  }

  private async runnerOf(scope: AccessScope, name: string, { runners }: LookUps): Promise<RunnerRow> {
    const known = runners.get(name);
    const runner =
      known === undefined
        ? await this.database.read((tx) => this.runners.findByName(tx, scope.instanceId, name), scope)
        : known;
    runners.set(name, runner);
    if (runner !== null) return runner;
    throw new InvalidInput(
      `'runner' ${shown(name)} is no runner of this service instance: make one of that name with POST /admin/v1/runners`,
      'runner',
    );
  }
}

function isTask({ jobType }: ImportEntry): boolean {
  return jobType === TASK_TYPE;
}

async function orRefusal(find: () => Promise<FoundTarget>): Promise<FoundTarget> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { refusal: error.message, isAway: error.code === 'unavailable' };
  }
}
