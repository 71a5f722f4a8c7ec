import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../support/free-port.js';
import { ApiClient } from '../support/api-client.js';
import type { AsynchronousApp } from '../support/asynchronous-app.js';
import type { Child } from '../support/processes.js';
import type { Ground } from './ground.js';

export const TENANTS = 100;
const SECOND_MS = 1_000;
const UNTIL_FIRST_MS = 5_000;
const GAVE_UP_AFTER_MS = 60_000;

/** What an application of many tenants makes due. */
export interface AppLoad {
  readonly service: Child;
  /** The first instant at which runs are due. */
  readonly first: number;
}

/**
 * Starts the service and lets an application make its jobs over the API, so that so many runs are due on each second of
 * `span` milliseconds, spread over the tenants, and none after.
 */
export async function appLoad(
  ground: Ground,
  app: AsynchronousApp,
  plan: { perSecond: number; span: number; isHolding: boolean },
): Promise<AppLoad> {
  const port = String(await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const service = await ground.startService({
    ...{ PORT: port, RATE_LIMIT_CLIENT_PER_MINUTE: '0', NODE_ENV: 'development' },
    MAX_CALLS_PER_HOST_PER_SECOND: '1000000',
  });
  const client = new ApiClient(origin, ground.folder);
  try {
    const tokens = await subscribed(client);
    await app.settings({ origin, tokens, isHolding: plan.isHolding });
    const first = Math.ceil((Date.now() + UNTIL_FIRST_MS) / SECOND_MS) * SECOND_MS;
    const window = { startTime: wireTime(first), endTime: wireTime(first + plan.span - SECOND_MS) };
    const schedules = Array.from({ length: plan.perSecond / TENANTS }, () => ({
      ...{ cron: '* * * * * * *', active: true, data: { order: 4711 } },
      ...window,
    }));
    for (const [tenant, token] of tokens.entries()) {
      const job = { name: 'asynchronous', action: app.target(tenant), active: true, schedules };
      await client.call('POST', '/scheduler/jobs', token, job);
    }
    if (Date.now() > first - SECOND_MS) throw new Error('The jobs were not made in time.');
    return { service, first };
  } finally {
    await client.close();
  }
}

/** Subscribes the tenants and returns their tokens. */
async function subscribed(client: ApiClient): Promise<string[]> {
  const provider = await client.tokenOf();
  const tokens: string[] = [];
  for (let n = 0; n < TENANTS; n++) {
    const tenantId = `22222222-2222-4222-8222-${String(n).padStart(12, '0')}`;
    await client.subscribe(provider, tenantId, `tenant-${n}`);
    tokens.push(await client.tokenOf(tenantId));
  }
  return tokens;
}

/** Resolves when every report is answered and every run recorded, but for those that are held; or nothing changes any more. */
export async function settled(
  ground: Ground,
  app: AsynchronousApp,
  { heldRuns } = { heldRuns: 0 },
): Promise<void> {
  let before = '';
  for (let changedAt = Date.now(); Date.now() - changedAt < GAVE_UP_AFTER_MS; await pause(50)) {
    const { open, calls } = await app.counts();
    const [left] = await ground.numbers('SELECT COUNT(*) FROM run WHERE state < 4');
    if (left === heldRuns && open === 0) return;
    const now = `${open} ${calls} ${left}`;
    if (now !== before) changedAt = Date.now();
    before = now;
  }
}

function wireTime(at: number): string {
  return new Date(at).toISOString();
}
