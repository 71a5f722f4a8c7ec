import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
          plan: 'standard',
          tags: ['jobscheduler'],
          credentials: { url: 'http://localhost:3000', uaa },
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
