import type { Instant } from '../core/instant.js';
import type { RunnerState } from '../database/entities/runner.row.js';
import type { Page, Part } from '../http/page.js';

/** An application whose tasks can be run. */
export interface App {
  readonly appId: string;
  readonly name: string;
  /** As the platform says it, such as `STARTED`. */
  readonly state: string;
}

/** The result of a check: every outcome is a value. */
export interface RunnerCheck {
  /** `refused`: the platform, or this service's own outbound guard, said no. `unreachable`: nothing answered in time. */
  readonly state: RunnerState;
  /** Why the runner is not ready, as a sentence for whoever set it up; null where it is. */
  readonly problem: string | null;
  /** Null where the space could not be read. */
  readonly spaceName: string | null;
  /** What may go wrong when a task is started although the runner is ready. */
  readonly warnings: readonly string[];
}

/** The parameters of a task as they are sent: options of the job and of the schedule, merged. */
export type TaskOptions = Readonly<Record<string, unknown>>;

/** A task to start. */
export interface TaskOrder {
  readonly appId: string;
  readonly runId: string;
  readonly jobId: number;
  /** The id of the service instance that the outside knows. */
  readonly instanceUuid: string;
  /** The name of the task where the options have none. */
  readonly name: string;
  readonly options: TaskOptions;
}

export type TaskState = 'PENDING' | 'RUNNING' | 'CANCELING' | 'SUCCEEDED' | 'FAILED';

/** A task as the platform tells of it. */
export interface TaskSeen {
  readonly guid: string;
  readonly sequenceId: number;
  readonly name: string;
  readonly state: TaskState;
  /** Why a task FAILED; null in every other state, and where the platform does not say. */
  readonly failureReason: string | null;
  readonly createdAt: Instant;
}

/** How many more requests the platform permits, as its answer says. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
}

/** The answer to a look at several tasks. */
export interface TaskLook {
  readonly seen: readonly TaskSeen[];
  /** Those of the GUIDs of which the answer said nothing. */
  readonly missing: readonly string[];
  /** Null where the platform says nothing of a limit. */
  readonly rateLimit: RateLimit | null;
}

/** `ordered`: it will stop. `ended`: it had ended before. `gone`: the platform does not know it any more. */
export type StopAnswer = 'ordered' | 'ended' | 'gone';

/** How many GUIDs one look may ask for: their text must fit into one URL. */
export const MOST_PER_LOOK = 100;

/** What finds one application. */
export type AppKey = { readonly appId: string } | { readonly name: string };

/**
 * The port to where tasks run, seen from one runner: what every kind of runner can do. All but `check` throw, where they
 * fail, one of the failures of platform-failure.ts and nothing else. Each method is one try within the time limit of a
 * call: whoever wants another one asks again.
 */
export interface TaskPlatform {
  /** Looks whether tasks can be started; it is worth a login even where the last one was refused. Never rejects. */
  check(): Promise<RunnerCheck>;
  /** Returns a part of the applications, by name; with a name, the one that has it. */
  listApps(filter: { readonly name?: string | undefined }, page: Page): Promise<Part<App>>;
  /** Returns an application, null where there is none that this runner may use. */
  findApp(by: AppKey): Promise<App | null>;
  /** Returns whether a process belongs to an application. */
  hasProcess(appId: string, processId: string): Promise<boolean>;
  /** Starts a task and returns it as it was accepted. What was sent may have come about whatever is thrown. */
  start(order: TaskOrder): Promise<TaskSeen>;
  /** Returns the tasks that were started for a run, oldest first. */
  listOfRun(appId: string, runId: string): Promise<readonly TaskSeen[]>;
  /** Looks at up to MOST_PER_LOOK tasks with one request. */
  look(guids: readonly string[]): Promise<TaskLook>;
  /** Looks at one task. `gone`: the platform does not know it, although it still shows this runner where its tasks are. */
  find(guid: string): Promise<TaskSeen | 'gone'>;
  /** Orders a task to stop; it may take some time to do so. `gone` means the same as for `find`. */
  stop(guid: string): Promise<StopAnswer>;
}
