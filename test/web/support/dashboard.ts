import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core';
import { signIn } from '../../../src/command/sign-in-command.js';
import { token } from '../../../src/command/token-command.js';
import { vcap } from '../../../src/command/vcap-command.js';
import { readConfig } from '../../../src/config/config.js';
import { startService, type Child } from '../../bench/support/processes.js';
import { build } from '../../support/build.js';
import { freePort } from '../../support/free-port.js';
import { beforeLookingAgain } from '../../support/look-again.js';
import { makeScratchFolder } from '../../support/scratch.js';
import { findBrowser } from './find-browser.js';
import { Visit } from './visit.js';

/** Nothing but what the pages ask for goes over the network, and nothing is kept. */
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The tenants of a test's service: their subdomain, and their id. */
export const TENANTS = {
  acme: '11111111-1111-4111-8111-111111111111',
  beta: '22222222-2222-4222-8222-222222222222',
  gamma: '33333333-3333-4333-8333-333333333333',
} as const;

/** A job of a tenant and its one schedule. */
export interface MadeJob {
  readonly jobId: number;
  readonly scheduleId: string;
  readonly tenant: string;
}

interface StartOptions {
  readonly host?: string;
  /** More of the service's environment. */
  readonly more?: Readonly<Record<string, string>>;
}

/** A built service with an empty database, in a process of its own, and a real browser in front of it. */
export class Dashboard {
  /** A token of the provider, and of each tenant that has called. */
  private readonly tokens = new Map<string | undefined, string>();
  private lastRead = '';

  private constructor(
    readonly origin: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly service: Child,
    private readonly browser: Browser,
  ) {}

  /** Starts both. A `host` other than localhost is one that browsers do not trust, as in a company's network. */
  static async start({ host = 'localhost', more = {} }: StartOptions = {}): Promise<Dashboard> {
    build();
    const folder = makeScratchFolder('carillon-web-');
    const port = String(await freePort());
    const origin = `http://${host}:${port}`;
    const env = {
      PORT: port,
      BENCH_CWD: folder,
      DATABASE_URL: `sqlite:${folder}/carillon.sqlite`,
      RATE_LIMIT_CLIENT_PER_MINUTE: '0',
      ...(host === 'localhost' ? {} : { PUBLIC_URL: origin }),
      ...more,
    };
    const service = await startService(env);
    const browser = await launch(host);
    const dashboard = new Dashboard(origin, env, service, browser);
    return dashboard;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.service.stop();
    rmSync(this.env['BENCH_CWD'] ?? '', { recursive: true });
  }

  /** Opens a new browser profile with one page. */
  async visit(options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    return new Visit(await context.newPage(), this.origin);
  }

  /** Opens a new profile, signs in by a link and shows the home page. The words are those of `npm run sign-in`. */
  async visitAs(...words: string[]): Promise<Visit> {
    const visit = await this.signedIn(...words);
    await visit.goto('/dashboard/');
    return visit;
  }

  /** The same, and shows nothing yet: for who wants to see another page. */
  async signedIn(...words: string[]): Promise<Visit> {
    const visit = await this.visit();
    const code = new URL(await this.link(...words)).hash.replace('#code=', '');
    const status = await visit.send('POST', '/dashboard/api/sign-in/link', { code });
    if (status !== 201) throw new Error(`The link was answered with ${status}.`);
    return visit;
  }

  /** Returns a new link as `npm run sign-in` prints it, without its process: there is a link for each scene. */
  async link(...words: string[]): Promise<string> {
    const options = { tenant: { type: 'string' }, viewer: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: words, options });
    const [url = ''] = (await signIn(readConfig(this.env), values)).split('\n');
    return url;
  }

  /** Returns the client id and the secret that the first start made. */
  async credentials(): Promise<{ clientId: string; clientSecret: string }> {
    const kept = JSON.parse(vcap(readConfig(this.env))) as {
      jobscheduler: { credentials: { uaa: { clientid: string; clientsecret: string } } }[];
    };
    const uaa = kept.jobscheduler[0]?.credentials.uaa;
    return { clientId: uaa?.clientid ?? '', clientSecret: uaa?.clientsecret ?? '' };
  }

  /** Calls the API as the provider, or as a tenant. */
  async call(method: string, path: string, body?: object, tenant?: string): Promise<unknown> {
    const held = this.tokens.get(tenant) ?? (await this.newToken(tenant));
    this.tokens.set(tenant, held);
    const read = method === 'GET' ? path : '';
    if (read !== '' && read === this.lastRead) await beforeLookingAgain();
    this.lastRead = read;
    const answer = await fetch(`http://127.0.0.1:${this.env['PORT']}${path}`, {
      method,
      headers: { Authorization: `Bearer ${held}`, 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
    return /json/.test(answer.headers.get('Content-Type') ?? '') ? JSON.parse(text) : text;
  }

  async subscribe(subdomain: keyof typeof TENANTS): Promise<void> {
    const id = TENANTS[subdomain];
    const app = { subscriptionAppId: 'app', subscriptionAppName: 'app' };
    const body = { subscribedTenantId: id, subscribedSubdomain: subdomain, ...app };
    await this.call('PUT', `/callback/v1.0/tenants/${id}`, body);
  }

  /** Makes a job that never runs. */
  async makeJob(name: string, tenant?: string): Promise<void> {
    const schedules = [{ cron: '* * * * 3 0 0', active: false }];
    await this.call('POST', '/scheduler/jobs', { name, action: 'http://localhost:9/', schedules }, tenant);
  }

  /** Makes a job with a schedule that is years away: it runs when it is asked to. */
  async makeIdleJob(
    job: {
      readonly name: string;
      readonly action: string;
      readonly active?: boolean;
    } & Readonly<Record<string, unknown>>,
    tenant: string,
  ): Promise<MadeJob> {
    const schedules = [{ cron: '2099 * * * 3 0 0', active: true, description: 'At night' }];
    // What the API documents.
    const made = (await this.call(
      'POST',
      '/scheduler/jobs',
      { active: true, ...job, schedules },
      tenant,
    )) as {
      jobId: number;
      schedules: { scheduleId: string }[];
    };
    return { jobId: made.jobId, scheduleId: made.schedules[0]?.scheduleId ?? '', tenant };
  }

  /** Runs the schedule of a job now, and waits until the run has ended. */
  async runNow({ jobId, scheduleId, tenant }: MadeJob): Promise<void> {
    const path = `/scheduler/jobs/${jobId}/schedules/${scheduleId}/runs`;
    const { 'job-uri': uri } = (await this.call('POST', path, {}, tenant)) as { 'job-uri': string };
    for (let status = 'running'; status === 'running';) {
      ({ status } = (await this.call('GET', uri, undefined, tenant)) as { status: string });
    }
  }

  /** Changes a job in a second of its own: changes are told in whole seconds, and a run of the same second would come after. */
  async edit({ jobId, tenant }: MadeJob, change: object): Promise<void> {
    const second = () => Math.floor(Date.now() / 1000);
    for (const before = second(); second() === before;) await beforeLookingAgain();
    await this.call('PUT', `/scheduler/jobs/${jobId}`, change, tenant);
  }

  private newToken(tenant: string | undefined): Promise<string> {
    return token(
      readConfig(this.env),
      tenant === undefined ? { kind: 'provider' } : { kind: 'tenant', name: tenant },
    );
  }
}

async function launch(host: string): Promise<Browser> {
  const rules = host === 'localhost' ? [] : [`--host-resolver-rules=MAP ${host} 127.0.0.1`];
  return chromium.launch({
    executablePath: await findBrowser(),
    // Chromium refuses its sandbox to root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...FLAGS, ...rules],
  });
}
