import { send } from './request.js';
import { scheduleRoute } from './runs.js';
import type { ManyResults, ManyRunsOperation } from './many-results.js';
import { hasOperationEnded } from './types.js';

const LOOK_AGAIN_MS = 250;

/** An order for runs that was taken. */
export interface Ordered {
  /** Of its operation. */
  readonly path: string;
  readonly at: Date;
}

interface Place {
  readonly job: { readonly id: number };
  readonly scheduleId: string;
  readonly runId: string;
}

export const runNowRoute = (jobId: number, scheduleId: string) => `${scheduleRoute(jobId, scheduleId)}/runs`;
export const replayRoute = ({ job, scheduleId, runId }: Place) =>
  `${runNowRoute(job.id, scheduleId)}/${runId}/replay`;
export const backfillRoute = (jobId: number, scheduleId: string) =>
  `${scheduleRoute(jobId, scheduleId)}/backfill`;
export const REPLAYS = '/scheduler/runs/operations/replay';

/** Orders a run, or many. Throws what `send` throws. */
export async function order(path: string, body?: object): Promise<Ordered> {
  const { body: told, asOf } = await send<{ 'job-uri': string }>(path, {
    method: 'POST',
    ...(body && { body }),
  });
  return { path: told?.['job-uri'] ?? '', at: asOf };
}

/** Asks what an order would do, and waits for the answer as long as it is wanted; null where it is no more. Throws what `send` throws. */
export async function tryOrder(
  path: string,
  body: object,
  isWanted: () => boolean,
): Promise<ManyResults | null> {
  const { path: operation } = await order(path, { ...body, dryRun: true });
  while (isWanted()) {
    const { body: told } = await send<ManyRunsOperation>(operation);
    if (hasOperationEnded(told)) return told?.['job-results'] ?? {};
    await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS));
  }
  return null;
}
