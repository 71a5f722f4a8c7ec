import { ActionTarget, type ReceivedCall } from '../../support/action-target.js';
import { atEndOfFile } from '../../support/end-of-file.js';
import type { Deployment } from './deployment.js';
import { plain } from './workload.js';

/** A schedule that makes no run by itself: its runs are asked for. */
const IDLE = { time: 'in 10 years', active: false };

/** A job of the provider, beside the workload and with an endpoint of its own. */
export interface OwnJob {
  readonly endpoint: ActionTarget;
  readonly token: string;
  /** Of the job. */
  readonly path: string;
  readonly scheduleIds: readonly string[];
}

/** Makes a job with an endpoint that answers every call with 200; without schedules it has one whose runs are asked for. */
export async function startOwnJob(
  { api }: Deployment,
  job: Readonly<Record<string, unknown>>,
): Promise<OwnJob> {
  const endpoint = await ActionTarget.start();
  atEndOfFile(() => endpoint.stop());
  const token = await api.tokenOf(null);
  const body = { action: endpoint.url(), active: true, schedules: [IDLE], ...job };
  const { body: made } = await api.send('post', '/scheduler/jobs', { token, body });
  const scheduleIds = (made.schedules as { scheduleId: string }[]).map(({ scheduleId }) => scheduleId);
  return { endpoint, token, path: `/scheduler/jobs/${made.jobId}`, scheduleIds };
}

/** A run that was asked for, as it stands; the id is lower case hexadecimal digits. */
interface AskedRun {
  readonly id: string;
  readonly state: number;
  readonly attempt: number;
  readonly attempts: string | null;
}

/** Asks for so many runs of the schedule of such a job at once, and returns what tells how they stand. */
export async function askForRuns(
  { api, table }: Deployment,
  { token, path, scheduleIds: [scheduleId = ''] }: OwnJob,
  count: number,
): Promise<() => Promise<AskedRun[]>> {
  for (let n = 0; n < count; n++) {
    await api.send('post', `${path}/schedules/${scheduleId}/runs`, { token });
  }
  return () =>
    table.query<AskedRun>(
      `SELECT LOWER(HEX(id)) AS id, state, attempt, attempts FROM run
       WHERE LOWER(HEX(schedule_id)) = '${plain(scheduleId)}' AND origin = 1`,
    );
}

/** Returns the calls of an endpoint by what a key makes of them: when each came. */
export function callTimes(
  calls: readonly ReceivedCall[],
  keyOf: (call: ReceivedCall) => string,
): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const call of calls) times.set(keyOf(call), [...(times.get(keyOf(call)) ?? []), call.atMs]);
  return times;
}
