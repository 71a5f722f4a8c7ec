import { jest } from '@jest/globals';
import { HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { Database } from '../../src/database/database.js';
import { startApp } from '../support/app.js';
import { browserOf, cookieOf, OWN_PAGE, signedIn } from '../support/dashboard.js';
import { countOfReads } from '../support/statements.js';

const CREDENTIALS = '/dashboard/api/sign-in/credentials';
const LOOK = '/dashboard/api/sign-in/link/look';
const JOBS = '/scheduler/jobs';

async function setup() {
  const service = await startApp({ env: { TRUSTED_PROXIES: '127.0.0.0/8' } });
  const database = service.app.get(Database);
  const post = (path: string, body: object) => service.http.post(path).set(OWN_PAGE).send(body);
  const wrong = (clientId: string) => post(CREDENTIALS, { clientId, clientSecret: 'wrong' });
  const right = { clientId: service.uaa.clientid, clientSecret: service.uaa.clientsecret };
  const guess = (n: number) => browserOf(service.http, `__Host-carillon=guess-${n}`).get(JOBS);
  /** How many refusals of a client are in the audit log, or of clients that nobody knows. */
  const refusalsOf = async (actor: string) => {
    const [row] = await database.read((tx) =>
      tx.query<{ n: number }>(
        "SELECT COUNT(*) AS n FROM audit_log WHERE event = 'session.refused' AND actor = ?",
        [actor],
      ),
    );
    return Number(row?.n);
  };
  return { ...service, database, post, wrong, right, guess, refusalsOf };
}

describe('A flood of made up cookies', () => {
  it('is looked up 300 times a minute, and is not in the way of who is signed in', async () => {
    const service = await setup();
    const browser = await signedIn(service, 'provider viewer');
    await browser.get(JOBS).expect(200);
    for (let n = 0; n < 300; n++) await service.guess(n).expect(401);
    const reads = await countOfReads(service.database, async () => {
      for (let n = 300; n < 310; n++) {
        const { headers, body } = await service.guess(n).expect(429);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
        expect(JSON.stringify(body)).toContain('unknown sessions');
      }
    });
    expect(reads).toBe(0);
    service.clock.advance(6_000);
    await browser.get(JOBS).expect(200);
    await service.guess(310).expect(401);
  });

  it('is not in the way of who signs in meanwhile', async () => {
    const service = await setup();
    for (let n = 0; n < 300; n++) await service.guess(n).expect(401);
    await service.guess(300).expect(429);
    const byLink = await signedIn(service, 'tenant viewer', 'acme');
    const byCredentials = await service.post(CREDENTIALS, service.right).expect(201);
    for (const browser of [byLink, browserOf(service.http, cookieOf(byCredentials))]) {
      await browser.get(JOBS).expect(200);
      await browser.delete('/dashboard/api/session').expect(204);
      await browser.get(JOBS).expect(429);
    }
  });
});

describe('Sign-ins by right credentials', () => {
  it('begin twenty sessions of a client in a minute, each of which is written down', async () => {
    const service = await setup();
    for (let n = 0; n < 20; n++) await service.post(CREDENTIALS, service.right).expect(201);
    const { headers } = await service.post(CREDENTIALS, service.right).expect(429);
    expect(headers['set-cookie']).toBeUndefined();
    expect(Number(headers['retry-after'])).toBe(3);
    service.clock.advance(3_000);
    await service.post(CREDENTIALS, service.right).expect(201);
  });
});

describe('Refused sign-ins', () => {
  it('of a client are written down however many of unknown names there are', async () => {
    const service = await setup();
    for (let n = 0; n < 25; n++) {
      await service.wrong(`nobody-${n}`).set('X-Forwarded-For', `192.0.2.${n}`).expect(401);
    }
    expect(await service.refusalsOf('unknown')).toBe(20);
    await service.wrong(service.right.clientId).expect(401);
    expect(await service.refusalsOf(service.right.clientId)).toBe(1);
  });

  it('are written down where the clock was set back', async () => {
    const service = await setup();
    for (let n = 0; n < 10; n++) await service.wrong(service.right.clientId).expect(401);
    service.clock.advance(MINUTE_MS - 1);
    expect(await service.refusalsOf(service.right.clientId)).toBe(10);
    service.clock.advance(-HOUR_MS);
    for (let n = 0; n < 10; n++) await service.wrong(service.right.clientId).expect(401);
    expect(await service.refusalsOf(service.right.clientId)).toBe(20);
    service.clock.advance(-HOUR_MS);
    for (let n = 0; n < 10; n++) await service.wrong(service.right.clientId).expect(401);
    expect(await service.refusalsOf(service.right.clientId)).toBe(30);
  });

  it('are none where it was the database that failed', async () => {
    const service = await setup();
    const read = jest.spyOn(service.database, 'read').mockRejectedValue(new Error('The database is away.'));
    service.app.useLogger(false);
    for (let n = 0; n < 12; n++) await service.post(LOOK, { code: 'x'.repeat(43) }).expect(500);
    read.mockRestore();
    await service.post(LOOK, { code: 'x'.repeat(43) }).expect(404);
  });
});
