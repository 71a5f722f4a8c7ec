import type { RunState } from '../../src/core/run-state.js';
import { startFlow, TENANTS, type Flow } from '../flow/setup.js';
import type { Client } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { conformity } from './conformity.js';

export const EVERY_MINUTE = { cron: '* * * * * * 0', active: true };
/** So many schedules of every minute. */
export const many = (count: number) => ({ schedules: Array.from({ length: count }, () => EVERY_MINUTE) });
const MINUTE_MS = 60_000;

/** What tests read of an answer; that it has the described form is checked for all of them. */
interface FailingPage {
  readonly total: { readonly schedules: number; readonly jobs: number; readonly isMore: boolean } | null;
  readonly lastHealedAt: number | null;
  readonly results: readonly {
    readonly schedule: { readonly id: string };
    readonly job: { readonly id: number };
  }[];
  readonly after: string | null;
}

export interface ShownRun {
  readonly runId: string;
  readonly state: RunState;
  readonly plannedAt: number;
  readonly dueAt: number;
  readonly calledAt: number | null;
  readonly endedAt: number | null;
  readonly scheduleId: string;
  readonly text?: string | null;
  readonly tenant: { readonly subdomain: string } | null;
}

export interface RunPage {
  readonly total: {
    readonly runs: number;
    readonly failed: number;
    readonly isMore: boolean;
    readonly states: Partial<Record<RunState, number>>;
  } | null;
  readonly results: readonly ShownRun[];
  readonly after: string | null;
}

/** Describes read models on every database; each test begins with a service whose jobs are all gone, within a minute. */
export function describeReads(name: string, tests: (stage: () => Promise<Stage>) => void): void {
  describe.each(databaseKinds)(`${name} on $name`, (kind) => {
    let flow: Flow;
    let conforms: ReturnType<typeof conformity>;
    beforeAll(async () => {
      flow = await startFlow(kind, { RATE_LIMIT_CLIENT_PER_MINUTE: '0' });
      conforms = conformity((await flow.http.get('/openapi.json').expect(200)).body);
    });
    tests(() => stageOf(flow, conforms));
  });
}

export type Stage = Awaited<ReturnType<typeof stageOf>>;

async function stageOf(flow: Flow, conforms: ReturnType<typeof conformity>) {
  await flow.clear();
  const { clock, drain, target, chores, database } = flow;
  await database.transaction((tx) => tx.execute('DELETE FROM failing_schedule'));
  await chores.start('known-failing');
  clock.set((Math.floor(clock.now() / MINUTE_MS) + 1) * MINUTE_MS + 1_000);
  await drain();
  const checked = (client: Client): Client => ({
    ...client,
    get: (path) => client.get(path).expect(conforms('get', path)),
  });
  const clients = {
    acme: checked(flow.acme),
    beta: checked(flow.beta),
    provider: checked(flow.provider),
  };
  /** Lets a minute go by for each status, with which all that is due is answered. */
  const run = async (...statuses: number[]) => {
    for (const status of statuses) {
      target.reacts({ kind: 'answer', status, body: `said ${status}` });
      clock.advance(MINUTE_MS);
      await drain();
    }
  };
  const failing = async (client: Client, query = ''): Promise<FailingPage> =>
    (await client.get(`/dashboard/api/failing${query}`).expect(200)).body;
  const runs = async (client: Client, query = ''): Promise<RunPage> =>
    (await client.get(`/dashboard/api/runs${query}`).expect(200)).body;
  return { ...flow, ...clients, TENANTS, run, failing, runs };
}

/** Follows a list to its end. */
export async function allPages({ runs }: Stage, client: Stage['acme'], query: string) {
  const pages: RunPage[] = [];
  let after: string | null = null;
  do {
    const page: RunPage = await runs(client, `${query}${after === null ? '' : `&after=${after}`}`);
    pages.push(page);
    after = page.after;
  } while (after !== null);
  return { pages, all: pages.flatMap(({ results }) => results) };
}
