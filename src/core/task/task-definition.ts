import type { TaskMetadata } from './task-metadata.js';
import type { TaskOptions } from './task-options.js';

/** What a task does unless a schedule says otherwise. */
export interface TaskDefinition {
  /** '' where there is none. */
  readonly command: string;
  /** The process that is the template; null where there is none. */
  readonly processId: string | null;
  readonly options: TaskOptions;
}

/**
 * Returns what a run of a task is started with: the schedule's keys win over the task's. Labels and annotations are
 * merged key by key, everything else as a whole, so that a schedule's command beside a template changes the command and
 * leaves the sizes (cf-tasks.md, "Options" and "Settled questions").
 */
export function mergedTaskOptions(task: TaskDefinition, data: TaskOptions): TaskOptions {
  const { command, processId, options } = task;
  const metadata = mergedMetadata(options.metadata, data.metadata);
  return {
    ...(command === '' ? {} : { command }),
    ...(processId === null ? {} : { template: { process: { guid: processId } } }),
    ...options,
    ...data,
    ...(metadata === null ? {} : { metadata }),
  };
}

/** Returns whether options say by themselves what is to run. */
export function isRunnable({ command, template }: TaskOptions): boolean {
  return command !== undefined || template !== undefined;
}

function mergedMetadata(of: TaskMetadata = {}, more: TaskMetadata = {}): TaskMetadata | null {
  const merge = (kind: keyof TaskMetadata) =>
    of[kind] || more[kind] ? { [kind]: { ...of[kind], ...more[kind] } } : {};
  const merged = { ...merge('labels'), ...merge('annotations') };
  return Object.keys(merged).length === 0 ? null : merged;
}
