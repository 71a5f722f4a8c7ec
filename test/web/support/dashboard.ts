import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core';
import { startService, type Child } from '../../bench/support/processes.js';
import { freePort } from '../../support/free-port.js';
import { makeScratchFolder } from '../../support/scratch.js';
import { findBrowser } from './find-browser.js';
import { Visit } from './visit.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

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
} as const;

/** A built service with an empty database, in a process of its own, and a real browser in front of it. */
export class Dashboard {
  private token = '';

  private constructor(
    readonly origin: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly service: Child,
    private readonly browser: Browser,
  ) {}

  /** Starts both. A `host` other than localhost is one that browsers do not trust, as in a company's network. */
  static async start({ host = 'localhost' } = {}): Promise<Dashboard> {
    await run(process.execPath, [`${ROOT}scripts/build-if-changed.mjs`]);
    const folder = makeScratchFolder('carillon-web-');
    const port = String(await freePort());
    const origin = `http://${host}:${port}`;
    const env = {
      PORT: port,
      BENCH_CWD: folder,
      DATABASE_URL: `sqlite:${folder}/carillon.sqlite`,
      RATE_LIMIT_CLIENT_PER_MINUTE: '0',
      ...(host === 'localhost' ? {} : { PUBLIC_URL: origin }),
    };
    const service = await startService(env);
    const browser = await launch(host);
    const dashboard = new Dashboard(origin, env, service, browser);
    dashboard.token = await dashboard.command('command.js', 'token');
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
    const visit = await this.visit();
    await visit.page.goto(await this.link(...words));
    await visit.page.getByRole('button', { name: 'Sign in' }).click();
    await visit.page.waitForURL('**/dashboard/');
    return visit;
  }

  /** Returns a new link as `npm run sign-in` prints it. */
  async link(...words: string[]): Promise<string> {
    const [url = ''] = (await this.command('sign-in.js', ...words)).split('\n');
    return url;
  }

  /** Returns the client id and the secret that the first start made. */
  async credentials(): Promise<{ clientId: string; clientSecret: string }> {
    const vcap = JSON.parse(await this.command('command.js', 'vcap')) as {
      jobscheduler: { credentials: { uaa: { clientid: string; clientsecret: string } } }[];
    };
    const uaa = vcap.jobscheduler[0]?.credentials.uaa;
    return { clientId: uaa?.clientid ?? '', clientSecret: uaa?.clientsecret ?? '' };
  }

  /** Calls the API as the provider, or as a tenant. */
  async call(method: string, path: string, body?: object, tenant?: string): Promise<unknown> {
    const token =
      tenant === undefined ? this.token : await this.command('command.js', 'token', '--tenant', tenant);
    const answer = await fetch(`http://127.0.0.1:${this.env['PORT']}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
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

  private async command(entry: string, ...words: string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], ...this.env };
    const options = { cwd: this.env['BENCH_CWD'], env };
    const { stdout } = await run(process.execPath, [`${ROOT}dist/${entry}`, ...words], options);
    return stdout.trim();
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
