import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bearer, printedBinding, printedOperator, startService, tokenFor } from './setup.js';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-first-'));
  folders.push(folder);
  const env = { DATABASE_URL: `sqlite:${join(folder, 'carillon.sqlite')}` };
  const production = { NODE_ENV: 'production', KEY_ENCRYPTION_SECRET: 'a secret of the deployment' };
  const vcap = join(folder, 'vcap-services.json');
  return { env, production, vcap, operator: join(folder, 'operator-credentials.json') };
}

/** The files of credentials in a folder, kept ones and half-written ones too. */
const filesBeside = (file: string) =>
  readdirSync(dirname(file))
    .filter((name) => /\.(json|old|tmp)$/.test(name))
    .sort();
const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

describe('The first start', () => {
  it('shows a binding as VCAP_SERVICES and keeps it in a file of the owner', async () => {
    const { env, vcap, operator } = setup();
    const service = await startService(env);
    const uaa = printedBinding(service);
    expect(json(vcap)).toEqual({
      jobscheduler: [
        {
          label: 'jobscheduler',
          name: 'default',
          instance_name: 'default',
          plan: 'standard',
          tags: ['jobscheduler'],
          credentials: { url: 'http://localhost:3000', uaa },
        },
      ],
      xsuaa: [
        {
          label: 'xsuaa',
          name: 'default-xsuaa',
          instance_name: 'default-xsuaa',
          plan: 'application',
          tags: ['xsuaa'],
          credentials: {
            ...uaa,
            zoneid: uaa.identityzoneid,
            subaccountid: uaa.identityzoneid,
            serviceInstanceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          },
        },
      ],
    });
    expect(uaa).toMatchObject({
      url: 'http://localhost:3000',
      uaadomain: 'localhost:3000',
      tenantmode: 'dedicated',
      xsappname: 'carillon-default!b1',
      verificationkey: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/),
      'credential-type': 'binding-secret',
    });
    for (const file of [vcap, operator]) expect(statSync(file).mode & 0o777).toBe(0o600);
    await tokenFor(service, uaa);
    await tokenFor(service, json(operator));
  });

  it('puts the subdomain in front of the UAA domain where one is configured', async () => {
    const service = await startService({
      UAA_DOMAIN: 'auth.example.test',
      PUBLIC_URL: 'https://jobs.example.test',
    });
    expect(printedBinding(service)).toMatchObject({ url: 'https://carillon.auth.example.test' });
  });

  it('prints no secret in production, but where the file is', async () => {
    const { env, production, vcap } = setup();
    const { terminal } = await startService({ ...env, ...production });
    const [{ credentials }] = json(vcap).jobscheduler;
    const said = terminal.said.join('\n');
    expect(said).toContain(vcap);
    expect(said).not.toContain(credentials.uaa.clientsecret);
  });

  it('happens once: a later start tells where the file is and serves the tokens of before', async () => {
    const { env, vcap } = setup();
    const first = await startService(env);
    const token = await tokenFor(first, printedBinding(first));
    await first.app.close();
    const again = await startService(env, { clock: first.clock });
    expect(again.terminal.said.join('\n')).toContain(vcap);
    expect(again.terminal.said.join('\n')).not.toContain(printedBinding(first).clientsecret);
    await again.http.get('/probe/jobs').set(bearer(token)).expect(200);
    await tokenFor(again, printedBinding(first));
  });

  it.each<[string, Record<string, string>, string]>([
    ['PORT', { PORT: '4711' }, 'http://localhost:4711'],
    ['PUBLIC_URL', { PUBLIC_URL: 'https://jobs.example.test/' }, 'https://jobs.example.test'],
    ['TLS', { TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' }, 'https://localhost:3000'],
  ])('is followed by starts that write the files anew where %s has changed', async (_name, change, url) => {
    const { env, vcap, operator } = setup();
    const first = await startService(env);
    const uaa = printedBinding(first);
    const before = { ...uaa, operator: json(operator) };
    await first.app.close();
    const unchanged = await startService(env, { clock: first.clock });
    expect(unchanged.terminal.said.join()).not.toContain('written anew');
    await unchanged.app.close();
    const again = await startService({ ...env, ...change }, { clock: first.clock });
    expect(again.terminal.said.join()).toContain(`written anew for ${url}`);
    const { host } = new URL(url);
    const changed = { url, apiurl: url, sburl: url, uaadomain: host };
    expect(json(vcap).jobscheduler[0].credentials).toEqual({ url, uaa: { ...uaa, ...changed } });
    expect(json(vcap).xsuaa[0].credentials).toMatchObject({ ...uaa, ...changed });
    expect(json(operator)).toEqual({ ...before.operator, url, tokenurl: `${url}/oauth/token` });
    for (const file of [vcap, operator]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(filesBeside(vcap)).toEqual(['operator-credentials.json', 'vcap-services.json']);
    await tokenFor(again, uaa);
  });

  it('is followed by starts that take the rights of others on the files away, and say so once', async () => {
    const { env, vcap, operator } = setup();
    const first = await startService(env);
    await first.app.close();
    writeFileSync(`${vcap}.old`, readFileSync(vcap));
    const [open, closed] = [{ [vcap]: '644', [`${vcap}.old`]: '640' }, operator];
    for (const [file, mode] of Object.entries(open)) chmodSync(file, parseInt(mode, 8));
    const warn = jest.spyOn(Logger.prototype, 'warn');
    try {
      for (let n = 0; n < 2; n++) await (await startService(env, { clock: first.clock })).app.close();
      expect(warn.mock.calls.map(([line]) => String(line))).toEqual(
        Object.entries(open).map(([file, mode]) =>
          expect.stringContaining(`${file} holds secrets, and others could read it (mode ${mode})`),
        ),
      );
    } finally {
      warn.mockRestore();
    }
    for (const file of [...Object.keys(open), closed]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each<[string, (file: string) => void]>([
    ['lost', (file) => rmSync(file)],
    ['no JSON any more', (file) => writeFileSync(file, '{')],
    [
      'of another database',
      (file) => writeFileSync(file, readFileSync(file, 'utf8').replaceAll('sb-', 'xx-')),
    ],
  ])('is followed by starts that say so where the files are %s, and leave them', async (_name, spoil) => {
    const { env, vcap, operator } = setup();
    const first = await startService(env);
    await first.app.close();
    for (const file of [vcap, operator]) spoil(file);
    const left = filesBeside(vcap);
    const again = await startService(env, { clock: first.clock });
    const [line, ...more] = again.terminal.said;
    expect(line).toContain('npm run new-binding');
    expect(line).toContain(vcap);
    expect(line).toContain(operator);
    expect(more).toEqual([]);
    expect(filesBeside(vcap)).toEqual(left);
  });

  it('is refused where the secret that sealed the keys is gone', async () => {
    const { env, production } = setup();
    const first = await startService({ ...env, ...production });
    await first.app.close();
    await expect(startService(env)).rejects.toThrow('KEY_ENCRYPTION_SECRET');
    await expect(startService({ ...env, KEY_ENCRYPTION_SECRET: 'another secret here' })).rejects.toThrow(
      'KEY_ENCRYPTION_SECRET',
    );
  });

  it('shows the operator its client', async () => {
    const service = await startService();
    await tokenFor(service, printedOperator(service));
  });
});
