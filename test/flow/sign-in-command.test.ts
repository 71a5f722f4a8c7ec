import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { atEndOfFile } from '../support/end-of-file.js';
import { databaseKinds } from '../support/databases.js';
import { makeScratchFolder } from '../support/scratch.js';
import { build, ServiceProcess } from '../support/service-process.js';

const ENTRY = fileURLToPath(new URL('../../dist/sign-in.js', import.meta.url));
const ACME = '11111111-1111-4111-8111-111111111111';
const OWN_PAGE = { 'Sec-Fetch-Site': 'same-origin', 'X-Carillon-Dashboard': '1' };
const LINK = /^(http:\/\/localhost:\d+)\/dashboard\/sign-in#code=([\w-]{43})$/m;

function folder(): string {
  const path = makeScratchFolder('carillon-sign-in-');
  atEndOfFile(() => rmSync(path, { recursive: true }));
  return path;
}

/** Runs `node dist/sign-in.js` and returns what it wrote and how it ended. */
function signIn(env: Readonly<Record<string, string>>, ...args: string[]) {
  return new Promise<{ code: number; out: string; complaint: string }>((resolve) => {
    const options = { cwd: folder(), env: { PATH: process.env['PATH'], ...env } };
    execFile(process.execPath, [ENTRY, ...args], options, (error, out, complaint) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, complaint });
    });
  });
}

beforeAll(build);

describe.each(databaseKinds)('npm run sign-in on $name', (kind) => {
  async function setup() {
    const env = { DATABASE_URL: await kind.createEmptyUrl(), CREDENTIALS_DIR: folder() };
    const service = await ServiceProcess.start(env);
    const own = { ...env, PORT: new URL(service.url).port };
    const call = (path: string, init: RequestInit) =>
      fetch(`${service.url}${path}`, {
        ...init,
        headers: { 'Content-Type': 'application/json', ...init.headers },
      });
    /** Signs in by a link and returns who that is. */
    const redeem = async (out: string) => {
      const [, origin, code] = LINK.exec(out) ?? [];
      expect(origin).toBe(`http://localhost:${own.PORT}`);
      const answer = await call('/dashboard/api/sign-in/link', {
        method: 'POST',
        headers: OWN_PAGE,
        body: JSON.stringify({ code }),
      });
      expect(answer.status).toBe(201);
      return (await answer.json()) as { grants: { role: string; tenant: { subdomain: string } | null }[] };
    };
    return { env: own, service, call, redeem };
  }

  it('prints a link that signs in beside the running service, as whom it is asked for', async () => {
    const { env, service, call, redeem } = await setup();
    const { out: token } = await new Promise<{ out: string }>((resolve) => {
      const command = ENTRY.replace('sign-in.js', 'command.js');
      const options = { cwd: folder(), env: { PATH: process.env['PATH'], ...env } };
      execFile(process.execPath, [command, 'token'], options, (_error, out) => resolve({ out }));
    });
    const subscription = {
      ...{ subscribedTenantId: ACME, subscribedSubdomain: 'acme' },
      ...{ subscriptionAppName: 'shop', eventType: 'CREATE' },
    };
    const subscribed = await call(`/callback/v1.0/tenants/${ACME}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${token.trim()}` },
      body: JSON.stringify(subscription),
    });
    expect(subscribed.status).toBe(200);
    const cases: [string[], string, string | null][] = [
      [[], 'provider admin', null],
      [['--viewer', '--instance', 'default'], 'provider viewer', null],
      [['--tenant', 'acme'], 'tenant admin', 'acme'],
      [['--viewer', '--tenant', ACME], 'tenant viewer', 'acme'],
    ];
    for (const [args, role, tenant] of cases) {
      const made = await signIn(env, ...args);
      expect(made).toMatchObject({ code: 0, complaint: '' });
      expect(made.out).toContain(`as ${role} of '${tenant ?? 'default'}'`);
      const { grants } = await redeem(made.out);
      expect(grants.map((grant) => [grant.role, grant.tenant?.subdomain ?? null])).toEqual([[role, tenant]]);
    }
    await service.end('SIGTERM');
  });

  it('says in one sentence why there is no link', async () => {
    const { env, service } = await setup();
    const complaintOf = async (more: Record<string, string>, ...args: string[]) => {
      const { code, out, complaint } = await signIn({ ...env, ...more }, ...args);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(complaint).not.toMatch(/^\s+at /m);
      return complaint;
    };
    expect(await complaintOf({}, '--operator')).toMatch(/^There is no dashboard for the operator yet/);
    expect(await complaintOf({}, '--tenant', 'nobody')).toMatch(
      /^There is no tenant 'nobody' in the service/,
    );
    expect(await complaintOf({}, '--tenant', '')).toMatch(/^--tenant needs a name/);
    expect(await complaintOf({}, '--instance', 'other')).toMatch(/^There is no service instance 'other'/);
    expect(await complaintOf({}, '--tenat', 'acme')).toMatch(/--tenat/);
    expect(await complaintOf({ DASHBOARD: 'off' })).toMatch(/^The dashboard is off/);
    expect(await complaintOf({ PUBLIC_URL: 'https://example.com/jobs' })).toMatch(/PUBLIC_URL has the path/);
    expect(await complaintOf({ DATABASE_URL: 'sqlite::memory:' })).toMatch(/in memory/);
    expect(await complaintOf({ DATABASE_URL: await kind.createEmptyUrl() })).toMatch(
      /^There is nothing in the database/,
    );
    await service.end('SIGTERM');
  });

  it('lists the instances where there are several, and gives no link', async () => {
    const { env, service, call, redeem } = await setup();
    const command = ENTRY.replace('sign-in.js', 'command.js');
    const operator = await new Promise<string>((resolve) => {
      const options = { cwd: folder(), env: { PATH: process.env['PATH'], ...env } };
      execFile(process.execPath, [command, 'token', '--operator'], options, (_error, out) =>
        resolve(out.trim()),
      );
    });
    const made = await call('/admin/v1/instances', {
      method: 'POST',
      headers: { Authorization: `Bearer ${operator}` },
      body: JSON.stringify({ name: 'Second', subdomain: 'second' }),
    });
    expect(made.status).toBe(201);
    const several = await signIn(env);
    expect(several).toMatchObject({ code: 1, out: '' });
    expect(several.complaint).toMatch(
      /--instance <name>\.\n {2}default {2}\(.*\)\n {2}Second {2}\(second!b1\)\n$/,
    );
    await redeem((await signIn(env, '--instance', 'Second')).out);
    await service.end('SIGTERM');
  });
});

describe('npm start', () => {
  it('shows a link on the terminal and not in its log, and none in production', async () => {
    const link = /dashboard\/sign-in#code=/;
    const env = { DATABASE_URL: 'sqlite::memory:' };
    const service = await ServiceProcess.start(env);
    await service.says('#code=');
    const shown = service.said.filter((line) => link.test(line));
    expect(shown.map((line) => line.trim())).toEqual([expect.stringMatching(/^http:\/\/localhost/)]);
    await service.end('SIGTERM');
    const production = { ...env, NODE_ENV: 'production', KEY_ENCRYPTION_SECRET: 'a secret to test with' };
    const other = await ServiceProcess.start(production);
    await other.end('SIGTERM');
    expect(other.said.filter((line) => link.test(line))).toEqual([]);
  });

  it('says that a PUBLIC_URL with a path has no dashboard', async () => {
    const service = await ServiceProcess.start({
      DATABASE_URL: 'sqlite::memory:',
      PUBLIC_URL: 'http://localhost:3000/jobs',
    });
    const lines = service.said.filter((line) => line.includes('The dashboard is off'));
    expect(lines).toEqual([expect.stringContaining("has the path '/jobs'")]);
    await service.end('SIGTERM');
  });
});
