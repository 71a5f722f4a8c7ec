import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggerService } from '@nestjs/common';
import { KeyRing } from '../../src/auth/key/key-ring.js';
import { bearer, tokenFor, type Uaa } from '../auth/setup.js';
import { ActionTarget } from '../support/action-target.js';
import { startApp, TENANTS } from '../support/app.js';
import { atEndOfFile } from '../support/end-of-file.js';

const ENCRYPTION_SECRET = 'the-secret-of-this-deployment';
const ACTION_PASSWORD = 'the-password-of-the-action';

/** A log that keeps every word. */
class FullLog implements LoggerService {
  readonly lines: string[] = [];
  private readonly keep = (...words: unknown[]) =>
    void this.lines.push(words.map((word) => text(word)).join(' '));
  log = this.keep;
  error = this.keep;
  warn = this.keep;
  debug = this.keep;
  verbose = this.keep;
  fatal = this.keep;
}

function text(word: unknown): string {
  if (word instanceof Error) return `${word.message} ${word.stack ?? ''}`;
  return typeof word === 'string' ? word : (JSON.stringify(word) ?? '');
}

/** Uses every feature that handles a secret, and returns the secrets and everything that was said or stored. */
async function setup(keyEncryptionSecret: string) {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-secrets-'));
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  const env = { DATABASE_URL: `sqlite:${join(folder, 'carillon.sqlite')}`, LOG_LEVEL: 'trace' };
  const app = await startApp({
    env: { ...env, ...(keyEncryptionSecret && { KEY_ENCRYPTION_SECRET: keyEncryptionSecret }) },
  });
  const log = new FullLog();
  app.app.useLogger(log);
  const said: string[] = [];
  const note = (answer: { text?: string; headers: object }) =>
    said.push(`${answer.text ?? ''} ${JSON.stringify(answer.headers)}`);

  const second = await app.provider.post('/admin/v1/bindings', { name: 'second' }).expect(201);
  const uaaOf = (answer: {
    body: { VCAP_SERVICES: { jobscheduler: [{ credentials: { uaa: Uaa & { key: string } } }] } };
  }) => answer.body.VCAP_SERVICES.jobscheduler[0].credentials.uaa;
  const rotated = await app.provider
    .post(`/admin/v1/bindings/${second.body.bindingId}/rotate`, {})
    .expect(200);
  const certified = await app.provider
    .post('/admin/v1/bindings', { name: 'third', credentialType: 'x509' })
    .expect(201);
  const target = await ActionTarget.start();
  atEndOfFile(() => target.stop());
  const url = target.url();
  const job = await app.acme
    .post('/scheduler/jobs', {
      name: 'with-password',
      action: url,
      active: true,
      user: 'robot',
      password: ACTION_PASSWORD,
      schedules: [{ time: 'now', active: true }],
    })
    .expect(201);
  note(job);
  note(
    await app.acme
      .post('/scheduler/jobs', {
        name: 'with-token',
        action: url,
        active: true,
        schedules: [{ time: 'now', active: true }],
      })
      .expect(201),
  );
  await app.tick();
  const acme = await tokenFor(app, app.uaa, TENANTS.acme);
  const { clientid } = uaaOf(rotated);
  const wrong = 'a-wrong-secret-somebody-sent';
  note(
    await app.http
      .get('/oauth/token')
      .query({ grant_type: 'client_credentials', client_id: clientid, client_secret: wrong }),
  );
  note(
    await app.http
      .post('/scheduler/jobs')
      .set(bearer(acme))
      .set('Content-Type', 'application/json')
      .send(`{"password": "${ACTION_PASSWORD}`),
  );
  note(await app.http.get(`/scheduler/nowhere?token=${acme}`).set(bearer(acme)));
  note(await app.http.get('/scheduler/jobs').set(bearer(`${acme}x`)));
  note(await app.acme.put(`/scheduler/jobs/${job.body.jobId}`, { password: { not: ACTION_PASSWORD } }));
  for (const path of [
    '/admin/v1/audit',
    '/admin/v1/bindings',
    '/admin/v1/tenants',
    '/scheduler/jobs?page_size=100',
  ]) {
    note(await app.provider.get(path).expect(200));
  }
  note(await app.acme.get(`/scheduler/actionLogs?jobId=${job.body.jobId}`).expect(200));
  note(await app.http.get('/metrics').expect(200));
  const { privateKey } = app.app.get(KeyRing, { strict: false }).signer();
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const bearersSeen = target.calls.map((call) => String(call.headers.authorization));
  await app.stop();
  const stored = readdirSync(folder).filter((name) => name.startsWith('carillon.sqlite'));
  return {
    bearersSeen,
    said: said.join('\n'),
    logged: log.lines.join('\n'),
    stored: stored.map((name) => readFileSync(join(folder, name), 'latin1')).join('\n'),
    secrets: {
      'client secret of the first start': app.uaa.clientsecret,
      'client secret of a binding': uaaOf(second).clientsecret,
      'rotated client secret': uaaOf(rotated).clientsecret,
      'key of a client certificate': uaaOf(certified).key.split('\n')[1] ?? '',
      'wrong secret': wrong,
      'password of an action': ACTION_PASSWORD,
      'access token': acme.split('.')[2] ?? '',
      'token for an action': bearersSeen.find((header) => header.startsWith('Bearer'))?.split('.')[2] ?? '',
      'signing key': pem.split('\n')[5] ?? '',
      'key-encryption secret': ENCRYPTION_SECRET,
    },
  };
}

describe('Secrets', () => {
  it('appear in no log line, no answer, no audit entry, no metric and no stored byte', async () => {
    const { secrets, said, logged, stored, bearersSeen } = await setup(ENCRYPTION_SECRET);
    const basic = `Basic ${Buffer.from(`robot:${ACTION_PASSWORD}`).toString('base64')}`;
    expect(bearersSeen).toHaveLength(2);
    expect(bearersSeen).toContain(basic);
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret.length).toBeGreaterThan(20);
      const places = Object.entries({ said, logged, stored }).filter(([, words]) => words.includes(secret));
      expect({ name, places: places.map(([place]) => place) }).toEqual({ name, places: [] });
    }
  });

  it('are stored readable where no key-encryption secret is set, so that the search above finds what is there', async () => {
    const { secrets, stored } = await setup('');
    expect(stored).toContain(ACTION_PASSWORD);
    expect(stored).toContain(secrets['signing key']);
    expect(stored).not.toContain(secrets['client secret of a binding']);
  });
});
