import type { TaskOptions } from '../../core/task/task-options.js';

/** Where a task runs: an application that was looked up, and the process of it that is the template. */
export interface TaskTarget {
  readonly runnerId: string;
  readonly appId: string;
  readonly appName: string;
  readonly processId: string | null;
}

/** What a task has beyond its job, whose action is the command. */
export interface TaskContent extends TaskTarget {
  readonly options: TaskOptions;
}

/** A task as callers read it: with the name of its runner, by which other installations know it. */
export interface TaskView extends TaskContent {
  readonly runnerName: string;
}

/** What became of a search for where a task is to run; `isAway` says that it may be found another time. */
export type FoundTarget =
  { readonly target: TaskTarget } | { readonly refusal: string; readonly isAway: boolean };
