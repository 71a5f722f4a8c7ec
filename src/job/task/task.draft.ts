import { InvalidInput, shown } from '../../core/errors.js';
import type { TaskOptions } from '../../core/task/task-options.js';
import type { AppKey } from '../../runner/task-platform.js';
import type { ScheduleDraft } from '../../schedule/schedule.draft.js';
import { refuseTaskData } from '../../schedule/task/task-schedule.reader.js';
import type { JobChange, JobContent } from '../draft/job.draft.js';

/** A task as it is asked for; where it runs is not looked up yet. */
export interface TaskDraft {
  readonly name: string;
  readonly content: JobContent;
  readonly schedules: readonly ScheduleDraft[];
  /** Null for the application of the runner. */
  readonly app: AppKey | null;
  readonly processId: string | null;
  readonly options: TaskOptions;
}

/** A task that is to be made with a runner, by the runner's id outside the service. */
export interface NewTask extends TaskDraft {
  readonly runnerId: string;
}

/** What is to change of a task: a field that is undefined stays. `name` must be the stored one. */
export interface TaskChange extends JobChange {
  readonly runnerId: string | undefined;
  readonly app: AppKey | undefined;
  readonly processId: string | null | undefined;
  readonly options: TaskOptions | undefined;
}

/** What says what a task runs: a field that is undefined is not given. */
export interface RunGiven {
  readonly command?: string | null | undefined;
  readonly processId?: string | null | undefined;
  readonly options?: TaskOptions | undefined;
}

/** What a task runs: a command, a process that is the template, or neither. */
export interface RunChosen {
  readonly command: string | undefined;
  readonly processId: string | null | undefined;
  readonly options: TaskOptions | undefined;
}

/**
 * Returns what a task is to run. Options may name it as those of a schedule do: then they mean the task's own command or
 * process, and are not kept beside it. What is given takes the place of the other. Throws InvalidInput where several are.
 */
export function runChosen({ command, processId, options }: RunGiven): RunChosen {
  const { command: ofOptions, template, ...others } = options ?? {};
  const given = Object.entries({
    command,
    processId,
    'options.command': ofOptions,
    'options.template': template,
  }).filter(([, value]) => typeof value === 'string' || (typeof value === 'object' && value !== null));
  const [first, second] = given.map(([field]) => `'${field}'`);
  if (second !== undefined) {
    throw new InvalidInput(
      `Exactly one of 'command' and 'processId' must be given, not ${first} and ${second}`,
    );
  }
  const rest = options === undefined ? undefined : others;
  const newCommand = command ?? ofOptions;
  const newProcess = processId ?? template?.process.guid;
  if (newCommand !== undefined) return { command: newCommand, processId: null, options: rest };
  if (newProcess !== undefined) return { command: '', processId: newProcess, options: rest };
  return { command: command === null ? '' : undefined, processId, options: rest };
}

/** Throws InvalidInput where a schedule's data is nothing that the task can be started with, or the task has nothing to run. */
export function refuseSchedules({ content, processId, schedules }: Omit<TaskDraft, 'app'>): void {
  const isRunnable = content.action !== '' || processId !== null;
  schedules.forEach(({ data }, place) => refuseTaskData(data, `schedules[${place}].data`, isRunnable));
}

/** Returns what names an application, undefined where nothing does. Throws InvalidInput where both names are given. */
export function appKeyOf(appId: string | undefined, appName: string | undefined): AppKey | undefined {
  if (appId !== undefined && appName !== undefined) {
    throw new InvalidInput(
      `Only one of 'appId' and 'appName' may be given, not ${shown(appId)} and ${shown(appName)}`,
      'appId',
    );
  }
  if (appId !== undefined) return { appId };
  return appName === undefined ? undefined : { name: appName };
}
