import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { AppModule } from '../../src/app.module.js';
import { HASH_COST } from '../../src/auth/binding/client-secret.js';
import { Terminal } from '../../src/auth/first-start/terminal.js';
import { KeyRing } from '../../src/auth/key/key-ring.js';
import { readConfig } from '../../src/config/config.js';
import { Clock } from '../../src/core/clock.js';
import { DispatchLoop } from '../../src/dispatch/dispatch-loop.js';
import { Dispatcher } from '../../src/dispatch/dispatcher.js';
import { NotificationChores } from '../../src/notification/notification-chores.js';
import { Chores } from '../../src/replica/chores.js';
import { Ticker } from '../../src/replica/ticker.js';
import { RunChores } from '../../src/run-log/run-chores.js';
import { ScheduleChores } from '../../src/schedule/schedule-chores.js';
import { configureHttp, HTTP_OPTIONS } from '../../src/http/configure-http.js';
import { WORK_BATCH } from '../../src/schedule/work/job-work.js';
import { TRACE_LIMITS, type TraceLimits } from '../../src/telemetry/trace/trace-limits.js';
import { PlanChanges } from '../../src/schedule/plan/plan-changes.js';
import { credentialsDir, Listener, printedBinding, subscribe, tokenFor, type Uaa } from '../auth/setup.js';
import { atEndOfFile } from './end-of-file.js';
import { ManualClock } from './manual-clock.js';
import { ManualTicker } from './manual-ticker.js';
import { PooledKeyRing, QUICK } from './quick-crypto.js';

/** The tenants that are subscribed in a test application; their subdomains are `acme` and `beta`. */
export const TENANTS = {
  acme: '11111111-1111-4111-8111-111111111111',
  beta: '22222222-2222-4222-8222-222222222222',
} as const;

/** One caller's way to the API: supertest requests with the caller's token. */
export type Client = ReturnType<typeof clientOf>;

export interface AppOptions {
  /** Variables of the environment; the database is SQLite in memory unless DATABASE_URL is among them. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: ManualClock;
  /**
   * The binding that the first start on this database printed, where this is a later one: a second replica, or
   * the service after a restart.
   */
  readonly uaa?: Uaa;
  /** How many schedules of a job one transaction changes; the product's number unless given. */
  readonly workBatch?: number;
  /** How much of traces may wait and for how long; the product's limits unless given. */
  readonly traceLimits?: TraceLimits;
}

export type TestApp = Awaited<ReturnType<typeof startApp>>;

/**
 * Starts the whole application on a free port, with two subscribed tenants. Time stands still, and nothing is
 * dispatched or swept by itself: turn `clock`, then `await tick()` or ask `sweeper`. It ends with the test file,
 * or with `stop()`.
 */
export async function startApp({
  env = {},
  clock = new ManualClock(),
  uaa,
  workBatch,
  traceLimits,
}: AppOptions = {}) {
  const terminal = new Listener();
  const config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: 'sqlite::memory:',
    ...credentialsDir(env),
    ...env,
  });
  const building = Test.createTestingModule({ imports: [AppModule.of(config)] });
  if (workBatch !== undefined) building.overrideProvider(WORK_BATCH).useValue(workBatch);
  if (traceLimits !== undefined) building.overrideProvider(TRACE_LIMITS).useValue(traceLimits);
  const module = await building
    .overrideProvider(Clock)
    .useValue(clock)
    .overrideProvider(Terminal)
    .useValue(terminal)
    .overrideProvider(DispatchLoop)
    .useValue({ lastTickAt: null })
    .overrideProvider(KeyRing)
    .useClass(PooledKeyRing)
    .overrideProvider(HASH_COST)
    .useValue(QUICK)
    .overrideProvider(Ticker)
    .useValue(new ManualTicker())
    .compile();
  const app = module.createNestApplication<NestExpressApplication>(HTTP_OPTIONS);
  app.useLogger(['error', 'fatal']);
  configureHttp(app);
  await app.listen(0, '127.0.0.1');

  const dispatcher = app.get(Dispatcher, { strict: false });
  app.get(PlanChanges, { strict: false }).listen((change) => dispatcher.planChanged(change));
  const stop = stopping(app, dispatcher);
  atEndOfFile(stop);

  const baseUrl = await app.getUrl();
  const service = { app, http: request(baseUrl), clock, terminal, baseUrl };
  const binding = uaa ?? printedBinding(service);
  const provider = await tokenFor(service, binding);
  if (!uaa) {
    for (const [subdomain, id] of Object.entries(TENANTS)) await subscribe(service, provider, id, subdomain);
  }
  const client = (token: string) => clientOf(service.http, token);
  return {
    ...service,
    uaa: binding,
    dispatcher,
    sweeper: sweeperOf(app),
    chores: app.get(Chores, { strict: false }),
    provider: client(provider),
    acme: client(await tokenFor(service, binding, TENANTS.acme)),
    beta: client(await tokenFor(service, binding, TENANTS.beta)),
    /** Runs one round of the dispatcher and returns what it found once every call that it started is recorded. */
    tick: async () => {
      const tick = await dispatcher.tick();
      await dispatcher.settled();
      return tick;
    },
    stop,
  };
}

/** The clean-up of the modules that the contract describes as one. */
function sweeperOf(app: NestExpressApplication) {
  const runs = app.get(RunChores, { strict: false });
  const schedules = app.get(ScheduleChores, { strict: false });
  const notifications = app.get(NotificationChores, { strict: false });
  return {
    expireReports: () => runs.expireReports(),
    purge: () => runs.purge(),
    /** Deletes what was kept long enough, and returns how much. */
    retire: async () => (await runs.retire()) + (await schedules.retire()) + (await notifications.drop()),
  };
}

function stopping(app: NestExpressApplication, dispatcher: Dispatcher): () => Promise<void> {
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    await dispatcher.stop(0);
    await app.close();
  };
  return () => (stopped ??= stop());
}

/** Returns the way to the API of a caller with this token. */
export function clientOf(http: ReturnType<typeof request>, token: string) {
  const headers = { Authorization: `Bearer ${token}` };
  return {
    get: (path: string) => http.get(path).set(headers),
    post: (path: string, body?: object) => http.post(path).set(headers).send(body),
    put: (path: string, body?: object) => http.put(path).set(headers).send(body),
    delete: (path: string) => http.delete(path).set(headers),
  };
}
