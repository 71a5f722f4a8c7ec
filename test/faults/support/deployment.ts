import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { ActionTarget, type Reaction, type ReceivedCall } from '../../support/action-target.js';
import { atEndOfFile } from '../../support/end-of-file.js';
import { PrivateMariaDb } from '../../support/mariadb/private-mariadb.js';
import { makeScratchFolder } from '../../support/scratch.js';
import { build } from '../../support/service-process.js';
import { judge } from '../oracle/oracle.js';
import { complaintsAbout, type Freeze } from '../oracle/record.js';
import { LEASES_TO_RECOVER, type Call, type Fault, type Terms } from '../oracle/terms.js';
import { Api } from './api.js';
import { DatabaseProxy } from './database-proxy.js';
import { Replica } from './replica.js';
import { addToReport, type Judgement } from './report.js';
import { RunTable } from './run-table.js';
import { until } from '../../support/look-again.js';
import { lasting } from './waiting.js';
import { plain, Workload, type Load } from './workload.js';

/**
 * How late a call may be while nothing is wrong: usual is a tenth of a second, and half of this where a machine of two
 * cores has eight processes that want to run. What waits for another replica's beat is later by far.
 */
const LATENESS_MS = 1_500;
/** What the clocks of a replica and of the endpoint may differ by: the replica measured its own against the database. */
const EARLY_MS = 100;
const REST_WITHIN_MS = 20_000;

export interface DeploymentPlan {
  readonly replicas: number;
  readonly leaseMs: number;
  readonly load?: Load;
  /** Gives each replica a way of its own to the database, `replica.proxy`. */
  readonly hasProxies?: boolean;
  /** Puts a proxy before the endpoint, `endpointProxy`. */
  readonly hasEndpointProxy?: boolean;
  /** Variables for one replica, by its place. */
  readonly envOf?: (place: number) => Readonly<Record<string, string>>;
}

/** Every third call takes a while, so that a fault finds calls open. */
const SLOW_CALL_MS = 300;

/** What the endpoint does unless a test says otherwise. */
export function usualReaction(_: ReceivedCall, place: number): Reaction {
  return place % 3 === 0 ? { kind: 'delay', ms: SLOW_CALL_MS } : { kind: 'answer' };
}

/** Returns the run of a call, as the run table has it. */
export function runIdOf({ headers }: ReceivedCall): string {
  return plain(String(headers['x-sap-job-run-id']));
}

/** Returns what the endpoint got as the oracle takes it. */
export function callOf(call: ReceivedCall): Call {
  const scheduleId = plain(String(call.headers['x-sap-job-schedule-id']));
  return { scheduleId, runId: runIdOf(call), atMs: call.atMs };
}

const USUAL_LOAD: Load = { tenants: 4, schedulesPerTenant: 10 };

/** Starts a durable database server of the test file's own. */
export async function startServer(): Promise<PrivateMariaDb> {
  build();
  const server = await PrivateMariaDb.start({ durable: true });
  atEndOfFile(() => server.stop());
  return server;
}

/** Some equal replicas over one database, the endpoint that they call, and the work that they do. */
export class Deployment {
  /** What was done to it, for the oracle. */
  readonly faults: Fault[] = [];
  readonly freezes: Freeze[] = [];
  readonly replicas: Replica[] = [];
  readonly table: RunTable;
  readonly api: Api;
  /** Calls that went out and never came to the endpoint, by a test's own account: the service cannot know. */
  readonly swallowed: Call[] = [];
  /** The way of all replicas to the endpoint, where the plan wants one. */
  endpointProxy: DatabaseProxy | null = null;
  private made: Workload | null = null;

  private constructor(
    readonly server: PrivateMariaDb,
    readonly endpoint: ActionTarget,
    private readonly plan: DeploymentPlan,
    readonly place: { readonly databaseUrl: string; readonly folder: string },
  ) {
    this.table = new RunTable(place.databaseUrl);
    const serving = () => this.replicas.filter((replica) => replica.isServing).map((replica) => replica.url);
    this.api = new Api(serving, place.folder);
  }

  /** Starts the replicas on a new database of the server, and gives them work. */
  static async start(server: PrivateMariaDb, plan: DeploymentPlan): Promise<Deployment> {
    const name = `carillon_${randomBytes(6).toString('hex')}`;
    await new RunTable(server.url()).query(`CREATE DATABASE ${name}`);
    const folder = makeScratchFolder('carillon-credentials-');
    atEndOfFile(() => rmSync(folder, { recursive: true }));
    const endpoint = await ActionTarget.start();
    atEndOfFile(() => endpoint.stop());
    endpoint.reacts(usualReaction);
    const deployment = new Deployment(server, endpoint, plan, { databaseUrl: server.url(name), folder });
    await deployment.begin();
    return deployment;
  }

  get workload(): Workload {
    if (this.made === null) throw new Error('There is no work yet.');
    return this.made;
  }

  get leaseMs(): number {
    return this.plan.leaseMs;
  }

  /** The replicas that run. */
  get running(): Replica[] {
    return this.replicas.filter((replica) => replica.isRunning);
  }

  /** The replica at a place. */
  replica(place: number): Replica {
    const replica = this.replicas[place];
    if (replica === undefined) throw new Error(`There is no replica ${place}.`);
    return replica;
  }

  /** What the endpoint got so far. */
  get calls(): Call[] {
    return this.endpoint.calls.map(callOf);
  }

  /** Does something to the deployment and notes from when to when it was done. */
  async during(work: () => Promise<void>): Promise<void> {
    const fromMs = Date.now();
    await work();
    this.faults.push({ fromMs, untilMs: Date.now() });
  }

  /** Notes a fault that happens now, at once. */
  strike(): void {
    const atMs = Date.now();
    this.faults.push({ fromMs: atMs, untilMs: atMs });
  }

  /** Waits until a replica holds runs for later, and has calls open too where that is asked for: one whose loss is felt. */
  async busyOne({ hasOpenCalls = false } = {}): Promise<Replica> {
    for (;;) {
      const holders = await this.table.listHolders();
      const busy = holders
        .filter(({ due, ahead }) => ahead > 0 && (due > 0 || !hasOpenCalls))
        .map(({ pid }) => pid);
      const replica = this.running.find(({ pid }) => busy.includes(pid));
      if (replica) return replica;
    }
  }

  /** Waits until a replica has renewed its lease so many times. */
  async beats(replica: Replica, times: number): Promise<void> {
    for (let beat = 0, last = 0; beat <= times; beat++) {
      await until(`${replica.name} beats`, this.leaseMs, async () => {
        const beatAt = await this.table.beatOf(replica.pid);
        const isNew = beatAt > last;
        if (isNew) last = beatAt;
        return isNew;
      });
    }
  }

  /** Watches the service for as long as it may take to recover from the faults so far. */
  async recover(): Promise<void> {
    await lasting(LEASES_TO_RECOVER * this.leaseMs + LATENESS_MS);
  }

  /**
   * Ends the work, waits until no run is open, stops the replicas, judges everything that was called and is on record,
   * and puts the row into the report.
   */
  async judged(fault: string): Promise<Judgement> {
    await this.workload.end();
    await until('no run is open', REST_WITHIN_MS + LEASES_TO_RECOVER * this.leaseMs, async () => {
      return (await this.table.countOpen()) === 0;
    });
    await Promise.all(this.running.map((replica) => replica.stop()));
    const [asked, record, calls] = [
      this.workload.asked,
      await this.table.list(),
      [...this.calls, ...this.swallowed],
    ];
    const { leaseMs, faults, freezes } = this;
    const terms: Terms = { latenessMs: LATENESS_MS, earlyMs: EARLY_MS, leaseMs, faults };
    const verdict = judge(asked, calls, record, terms);
    const complaints = complaintsAbout(asked, calls, record, { terms, freezes });
    return addToReport({ fault, replicas: this.replicas.length, leaseMs, ...verdict, complaints });
  }

  private async begin(): Promise<void> {
    const { plan, place } = this;
    for (let each = 0; each < plan.replicas; each++) {
      const proxy = plan.hasProxies === true ? await DatabaseProxy.start(place.databaseUrl) : null;
      if (proxy !== null) atEndOfFile(() => proxy.stop());
      const env = { ...this.commonEnv(), ...plan.envOf?.(each) };
      this.replicas.push(new Replica(`replica ${each}`, env, proxy));
    }
    // The first one makes the schema and the credentials; the others could too, but take longer together.
    const [first, ...others] = this.replicas;
    await first?.start();
    await Promise.all(others.map((replica) => replica.start()));
    if (plan.hasEndpointProxy === true) {
      const proxy = await DatabaseProxy.start(this.endpoint.url());
      atEndOfFile(() => proxy.stop());
      this.endpointProxy = proxy;
    }
    const action = this.endpointProxy?.url ?? this.endpoint.url();
    this.made = await Workload.create(this.api, action, plan.load ?? USUAL_LOAD);
    await this.endpoint.received(1);
  }

  private commonEnv(): Record<string, string> {
    return {
      DATABASE_URL: this.place.databaseUrl,
      CREDENTIALS_DIR: this.place.folder,
      LEASE_MS: String(this.plan.leaseMs),
      // Equal replicas are reached by one name.
      PUBLIC_URL: 'http://carillon.test',
    };
  }
}
