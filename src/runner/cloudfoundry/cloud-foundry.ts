import { z } from 'zod';
import type { Page, Part } from '../../http/page.js';
import { PlatformRefused } from '../platform-failure.js';
import type {
  App,
  AppKey,
  RunnerCheck,
  StopAnswer,
  TaskLook,
  TaskOrder,
  TaskPlatform,
  TaskSeen,
} from '../task-platform.js';
import { documentOf, rateLimitOf, unreadable } from './cloud-answer.js';
import type { CloudCheck } from './cloud-check.js';
import { filterValue, type CloudClient } from './cloud-client.js';
import { appDocument, pageDocument, processDocument, taskDocument, taskOfRun } from './cloud-documents.js';

const appPage = pageDocument(appDocument);
const taskPage = pageDocument(taskDocument);
/** Of one run there is one task; more of them only where something went wrong. */
const MOST_OF_RUN = 100;

const labels = z.object({ metadata: z.object({ labels: z.record(z.string(), z.unknown()) }) });

/** The tasks of one space of Cloud Foundry (cf-tasks.md). */
export class CloudFoundry implements TaskPlatform {
  constructor(
    private readonly client: CloudClient,
    private readonly inspection: CloudCheck,
    private readonly spaceId: string,
  ) {}

  check(): Promise<RunnerCheck> {
    return this.inspection.run();
  }

  async listApps({ name }: { readonly name?: string | undefined }, page: Page): Promise<Part<App>> {
    const { offset, pageSize } = page;
    const first = Math.floor(offset / pageSize) + 1;
    const { resources, pagination } = await this.appsAt(first, pageSize, name);
    const passed = offset % pageSize;
    // The Cloud Controller knows pages, not offsets: the wanted part may lie across two of them.
    const rest = passed === 0 ? [] : (await this.appsAt(first + 1, pageSize, name)).resources;
    return {
      total: pagination.total_results,
      results: [...resources.slice(passed), ...rest.slice(0, passed)],
    };
  }

  async findApp(by: AppKey): Promise<App | null> {
    const key = 'appId' in by ? { guids: by.appId } : { names: filterValue(by.name) };
    const answer = await this.client.get('/v3/apps', { ...key, space_guids: this.spaceId });
    const found = documentOf(answer, appPage).resources;
    // A filter that is not heeded must not choose another application.
    const isMeant = ({ appId, name }: App) =>
      'appId' in by ? appId.toLowerCase() === by.appId.toLowerCase() : name === by.name;
    return found.find(isMeant) ?? null;
  }

  async hasProcess(appId: string, processId: string): Promise<boolean> {
    const answer = await foundOrNull(this.client.get(`/v3/processes/${encodeURIComponent(processId)}`));
    return answer !== null && documentOf(answer, processDocument).appId === appId;
  }

  async start(order: TaskOrder): Promise<TaskSeen> {
    return documentOf(await this.client.post(tasksOf(order.appId), bodyOf(order)), taskDocument);
  }

  async listOfRun(appId: string, runId: string): Promise<readonly TaskSeen[]> {
    const query = { label_selector: `carillon-run=${runId}`, per_page: MOST_OF_RUN };
    const answer = await foundOrNull(this.client.get(tasksOf(appId), query));
    if (answer === null) {
      // With its application go its tasks.
      await this.gone();
      return [];
    }
    // A filter that is not heeded must not make tasks of others this run's: all but one of them would be stopped.
    const { resources, odd } = documentOf(answer, pageDocument(taskOfRun(runId)));
    // That there is none would lead to another task.
    if (resources.length === 0 && odd > 0) throw unreadable(answer);
    return resources.sort((a, b) => a.createdAt - b.createdAt || a.sequenceId - b.sequenceId);
  }

  async look(guids: readonly string[]): Promise<TaskLook> {
    const answer = await this.client.get('/v3/tasks', { guids: guids.join(','), per_page: guids.length });
    const { resources: seen, odd } = documentOf(answer, taskPage);
    const known = new Set(seen.map(({ guid }) => guid));
    // A task without a readable GUID may be any of those that the answer does not name: they are still open.
    const missing = odd > 0 ? [] : guids.filter((guid) => !known.has(guid));
    return { seen, missing, rateLimit: rateLimitOf(answer) };
  }

  async find(guid: string): Promise<TaskSeen | 'gone'> {
    const answer = await foundOrNull(this.client.get(taskPath(guid)));
    if (answer === null) return this.gone();
    const task = documentOf(answer, taskDocument);
    if (task.guid !== guid) throw unreadable(answer);
    return task;
  }

  async stop(guid: string): Promise<StopAnswer> {
    try {
      await this.client.post(`${taskPath(guid)}/actions/cancel`);
      return 'ordered';
    } catch (error) {
      if (isRefusal(error, 404)) return this.gone();
      if (isRefusal(error, 422)) return 'ended';
      throw error;
    }
  }

  /** A user that lost its role is answered as if nothing were there: the space tells the two apart. */
  private async gone(): Promise<'gone'> {
    await this.client.get(`/v3/spaces/${this.spaceId}`);
    return 'gone';
  }

  private async appsAt(page: number, pageSize: number, name: string | undefined) {
    const names = name === undefined ? undefined : filterValue(name);
    const query = { space_guids: this.spaceId, names, order_by: 'name', page, per_page: pageSize };
    return documentOf(await this.client.get('/v3/apps', query), appPage);
  }
}

const tasksOf = (appId: string) => `/v3/apps/${encodeURIComponent(appId)}/tasks`;
const taskPath = (guid: string) => `/v3/tasks/${encodeURIComponent(guid)}`;

/** The options come first: nobody takes the place of the labels by which tasks are found again. */
function bodyOf({ runId, jobId, instanceUuid, name, options }: TaskOrder): object {
  const own = { 'carillon-run': runId, 'carillon-job': String(jobId), 'carillon-instance': instanceUuid };
  const { metadata } = options as { readonly metadata?: object };
  const given = labels.safeParse(options).data?.metadata.labels;
  return { name, ...options, metadata: { ...metadata, labels: { ...given, ...own } } };
}

/** Whether the Cloud Controller itself refused a request, and not a router before it. */
function isRefusal(error: unknown, status: number): boolean {
  return error instanceof PlatformRefused && error.status === status && error.about.isOwn;
}

async function foundOrNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isRefusal(error, 404)) return null;
    throw error;
  }
}
