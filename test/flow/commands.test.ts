import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { atEndOfFile } from '../support/end-of-file.js';
import { databaseKinds } from '../support/databases.js';
import { makeScratchFolder } from '../support/scratch.js';
import { build, ServiceProcess } from '../support/service-process.js';

const COMMAND = fileURLToPath(new URL('../../dist/command.js', import.meta.url));
const ACME = '11111111-1111-4111-8111-111111111111';
const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

function folder(): string {
  const path = makeScratchFolder('carillon-commands-');
  atEndOfFile(() => rmSync(path, { recursive: true }));
  return path;
}

/** Runs a command as npm does, and returns what it wrote and how it ended. */
function command(env: Readonly<Record<string, string>>, ...args: string[]) {
  return new Promise<{ code: number; out: string; complaint: string }>((resolve) => {
    const options = { cwd: folder(), env: { PATH: process.env['PATH'], ...env } };
    execFile(process.execPath, [COMMAND, ...args], options, (error, out, complaint) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, complaint });
    });
  });
}

beforeAll(build);

describe.each(databaseKinds)('Commands beside the service on $name', (kind) => {
  async function setup() {
    const env = { DATABASE_URL: await kind.createUrl(), CREDENTIALS_DIR: folder() };
    const service = await ServiceProcess.start(env);
    const own = { ...env, PORT: new URL(service.url).port };
    const vcap = join(env.CREDENTIALS_DIR, 'vcap-services.json');
    const operator = join(env.CREDENTIALS_DIR, 'operator-credentials.json');
    const call = async (method: string, path: string, token: string, body?: object) =>
      fetch(`${service.url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${token.trim()}`, 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    return { env: own, service, vcap, operator, call };
  }

  it('print VCAP_SERVICES and tokens, and nothing else', async () => {
    const { env, vcap, call } = await setup();
    const printed = await command(env, 'vcap');
    expect(printed).toMatchObject({ code: 0, complaint: '' });
    expect(JSON.parse(printed.out)).toEqual(json(vcap));
    const own = await command(env, 'token');
    expect(own).toMatchObject({
      code: 0,
      complaint: '',
      out: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/),
    });
    const subscription = {
      subscribedTenantId: ACME,
      subscribedSubdomain: 'acme',
      subscriptionAppName: 'shop',
      eventType: 'CREATE',
    };
    expect((await call('PUT', `/callback/v1.0/tenants/${ACME}`, own.out, subscription)).status).toBe(200);
    for (const tenant of ['acme', ACME]) {
      const { out } = await command(env, 'token', '--tenant', tenant);
      expect(decodeJwt(out)['zid']).toBe(ACME);
    }
    for (const tenant of ['nobody', ACME.replaceAll('1', '3')]) {
      const refused = await command(env, 'token', '--tenant', tenant);
      expect(refused).toMatchObject({ code: 1, out: '' });
      expect(refused.complaint).toMatch(new RegExp(`^There is no tenant '${tenant}'.*\n$`));
    }
    const statusOf = async (token: string) => (await call('GET', '/scheduler/jobs', token)).status;
    expect(await statusOf(own.out)).toBe(200);
    const replaced = await command(env, 'new-signing-key');
    expect(replaced).toMatchObject({
      code: 0,
      complaint: '',
      out: expect.stringMatching(/^Made a new signing key: key-/),
    });
    // The service beside learns of it by its feed.
    while ((await statusOf(own.out)) === 200);
    expect(await statusOf(own.out)).toBe(401);
    expect(await statusOf((await command(env, 'token')).out)).toBe(200);
  });

  it('make new credentials where the files are lost, while the service runs and after it', async () => {
    const { env, service, vcap, operator, call } = await setup();
    const before = json(vcap).jobscheduler[0].credentials.uaa.clientid;
    const { out: oldToken } = await command(env, 'token');
    for (const file of [vcap, operator]) rmSync(file);
    const lost = await command(env, 'token');
    expect(lost).toMatchObject({
      code: 1,
      out: '',
      complaint: expect.stringContaining('npm run new-binding'),
    });
    const made = await command(env, 'new-binding');
    expect(made).toMatchObject({ code: 0, complaint: '' });
    for (const file of [vcap, operator]) {
      expect(made.out).toContain(file);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    const { clientid, clientsecret } = json(vcap).jobscheduler[0].credentials.uaa;
    expect(clientid).not.toBe(before);
    expect(made.out).toContain(before);
    expect(made.out).not.toContain(clientsecret);
    const { out: token } = await command(env, 'token');
    const listed = (await (await call('GET', '/admin/v1/bindings', token)).json()) as {
      results: { bindingId: string; clientId: string }[];
    };
    const old = listed.results.find(({ clientId }) => clientId === before);
    // The binding of before is valid until it is revoked, as the command says.
    expect((await call('GET', '/scheduler/jobs', oldToken)).status).toBe(200);
    expect((await call('DELETE', `/admin/v1/bindings/${old?.bindingId}`, token)).status).toBeLessThan(300);
    expect((await call('GET', '/scheduler/jobs', oldToken)).status).toBe(401);
    const client = json(operator);
    const granted = await fetch(`${service.url}/oauth/token?grant_type=client_credentials`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${client.clientid}:${client.clientsecret}`)}` },
    });
    expect(granted.status).toBe(200);
    await service.end('SIGTERM');
    const again = await command(env, 'new-binding');
    expect(again.code).toBe(0);
    expect(again.out).not.toContain(operator);
    expect(json(`${vcap}.old`).jobscheduler[0].credentials.uaa.clientid).toBe(clientid);
    const stopped = await command(env, 'token');
    expect(stopped).toMatchObject({ code: 1, out: '' });
    expect(stopped.complaint).toMatch(/^No service answers at http.*npm start.*\n$/);
  });

  it('make a new client of the operator, and say how the one of before is revoked', async () => {
    const { env, service, vcap, operator, call } = await setup();
    const [before, binding] = [json(operator), json(vcap)];
    const { out: leaked } = await command(env, 'token', '--operator');
    expect((await call('GET', '/admin/v1/instances', leaked)).status).toBe(200);
    const made = await command(env, 'new-binding', '--operator');
    expect(made).toMatchObject({ code: 0, complaint: '' });
    expect(json(vcap)).toEqual(binding);
    expect(json(`${operator}.old`)).toEqual(before);
    const { clientid, clientsecret } = json(operator);
    expect(clientid).not.toBe(before.clientid);
    expect(statSync(operator).mode & 0o777).toBe(0o600);
    expect(made.out).toContain(clientid);
    expect(made.out).not.toContain(clientsecret);
    const [, id] = new RegExp(`^ {2}(\\S+) {2}${before.clientid}$`, 'm').exec(made.out) ?? [];
    const [, path = ''] =
      /curl -X DELETE .*token -- --operator\)" http:\/\/localhost:\d+(\S+)<id>$/m.exec(made.out) ?? [];
    const { out: fresh } = await command(env, 'token', '--operator');
    expect((await call('DELETE', `${path}${id}`, fresh)).status).toBe(204);
    expect((await call('GET', '/admin/v1/instances', leaked)).status).toBe(401);
    expect((await call('GET', '/admin/v1/instances', fresh)).status).toBe(200);
    await service.end('SIGTERM');
  });

  it('say in one sentence what is to be mended', async () => {
    const env = { DATABASE_URL: await kind.createEmptyUrl(), CREDENTIALS_DIR: folder() };
    const complaintOf = async (more: Record<string, string>, ...args: string[]) => {
      const { code, out, complaint } = await command({ ...env, ...more }, ...args);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(complaint).not.toMatch(/^\s+at /m);
      return complaint;
    };
    expect(await complaintOf({}, 'new-binding')).toMatch(
      /^There is nothing in the database.*DATABASE_URL.*\n$/,
    );
    expect(await complaintOf({}, 'vcap')).toMatch(/^The file .*vcap-services\.json does not exist/);
    expect(await complaintOf({ DATABASE_URL: 'sqlite::memory:', CREDENTIALS_DIR: '' }, 'vcap')).toMatch(
      /in memory/,
    );
    expect(await complaintOf({ PORT: 'x' }, 'token')).toMatch(/PORT: must be/);
    expect(await complaintOf({}, 'tokn')).toMatch(/npm run -s token/);
    expect(await complaintOf({}, 'token', '--tenat', 'x')).toMatch(/--tenat/);
    expect(await complaintOf({}, 'token', '--operator')).toMatch(
      /operator-credentials.*new-binding -- --operator/,
    );
    expect(await complaintOf({}, 'token', '--operator', '--tenant', 'x')).toMatch(/do not go together/);
    expect(await complaintOf({}, 'vcap', '--operator')).toMatch(/--operator/);
    for (const unset of ['', ' ']) {
      expect(await complaintOf({}, 'token', '--tenant', unset)).toMatch(/^--tenant needs/);
    }
    const file = env.DATABASE_URL.replace(/^sqlite:/, '');
    expect(existsSync(file)).toBe(false);
    const sealed = { KEY_ENCRYPTION_SECRET: 'the secret of the service' };
    const service = await ServiceProcess.start({ ...env, ...sealed });
    await service.end('SIGTERM');
    expect(await complaintOf({}, 'new-binding')).toMatch(/^A stored secret .*KEY_ENCRYPTION_SECRET/);
    writeFileSync(join(env.CREDENTIALS_DIR, 'vcap-services.json'), '{}');
    expect(await complaintOf(sealed, 'vcap')).toMatch(/holds no credentials: npm run new-binding/);
  });
});

describe('npm start -- --tls', () => {
  /** A service that keeps its files in one folder and runs in another. */
  async function setup(more: Readonly<Record<string, string>> = {}) {
    const dir = folder();
    const env = { DATABASE_URL: `sqlite:${join(dir, 'carillon.sqlite')}`, ...more };
    const service = await ServiceProcess.start(env, ['--tls']);
    await service.says('NODE_EXTRA_CA_CERTS=/');
    const { port } = new URL(service.url);
    return { dir, service, port, env: { ...env, PORT: port }, cert: join(dir, 'tls-cert.pem') };
  }

  it('says what clients need, and the command token trusts its certificate', async () => {
    const { service, env, cert } = await setup();
    const line = service.said.find((text) => text.includes('NODE_EXTRA_CA_CERTS=')) ?? '';
    expect(line).toContain(`NODE_EXTRA_CA_CERTS=${cert} `);
    expect(line).toContain(`curl --cacert ${cert}`);
    expect(await command(env, 'token')).toMatchObject({ code: 0, complaint: '' });
  });

  it('lets new-binding beside it write https, whatever became of the files', async () => {
    const { dir, env, port } = await setup();
    const vcap = join(dir, 'vcap-services.json');
    const operator = join(dir, 'operator-credentials.json');
    for (const file of [vcap, operator]) rmSync(file);
    expect(await command(env, 'new-binding')).toMatchObject({ code: 0, complaint: '' });
    const url = `https://localhost:${port}`;
    expect(json(vcap).jobscheduler[0].credentials).toMatchObject({ url, uaa: { url } });
    expect(json(operator)).toMatchObject({ url });
    expect(await command(env, 'token')).toMatchObject({ code: 0, complaint: '' });
  });

  it('does not change a PUBLIC_URL that new-binding is given', async () => {
    const { dir, env } = await setup();
    const PUBLIC_URL = 'http://jobs.example.test';
    expect(await command({ ...env, PUBLIC_URL }, 'new-binding')).toMatchObject({ code: 0 });
    const { credentials } = json(join(dir, 'vcap-services.json')).jobscheduler[0];
    expect(credentials.url).toBe(PUBLIC_URL);
  });

  it('is believed by clients for localhost, and below the domain of tokens', async () => {
    const { cert, port } = await setup({ UAA_DOMAIN: 'uaa.localhost' });
    const statusFor = (servername: string) =>
      new Promise<number>((resolve, reject) => {
        const options = { host: '127.0.0.1', port, servername, ca: readFileSync(cert), path: '/health/live' };
        get(options, (answer) => resolve(answer.resume().statusCode ?? 0)).on('error', reject);
      });
    for (const name of ['localhost', 'acme.uaa.localhost']) expect(await statusFor(name)).toBe(200);
    await expect(statusFor('localhost.example.com')).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});
