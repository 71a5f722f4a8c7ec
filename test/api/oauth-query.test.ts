/**
 * Refusals are logged once in ten seconds by a process: this file wants one in which none was.
 * @jest-environment-options {"fresh": true}
 */
import { decodeJwt } from 'jose';
import { printedBinding, startService, subscribe, tokenFor } from '../auth/setup.js';

const ACME = '11111111-1111-4111-8111-111111111111';

async function setup() {
  const service = await startService();
  const uaa = printedBinding(service);
  const grant = { grant_type: 'client_credentials' };
  const client = { client_id: uaa.clientid, client_secret: uaa.clientsecret };
  const post = (query: string | object) => service.http.post('/oauth/token').query(query);
  const zoneOf = (answer: { body: { access_token: string } }) => decodeJwt(answer.body.access_token)['zid'];
  return { service, uaa, grant, client, all: { ...grant, ...client }, post, zoneOf };
}

const text = (parameters: object) => new URLSearchParams(Object.entries(parameters)).toString();

describe('POST /oauth/token with a query', () => {
  // First: the log has one line for a burst of refusals, and these are its begin.
  it('shows nothing of it in refusals or in the log', async () => {
    const lines: string[] = [];
    const { service, post } = await setup();
    const line = (...said: unknown[]) => void lines.push(said.join(' '));
    service.app.useLogger({ log: line, error: line, warn: line, debug: line, verbose: line, fatal: line });
    const secret = 'a-secret-in-the-query';
    const query = { grant_type: 'client_credentials', client_id: 'nobody', client_secret: secret };
    const answers = [
      await post(query).expect(401),
      await service.http.put('/oauth/token').query(query).expect(405),
      await service.http.post('/oauth/tokens').query(query).expect(404),
      await post(query).set('Content-Type', 'application/json').send('{').expect(400),
    ];
    for (const { text } of answers) expect(text).not.toContain(secret);
    expect(lines.join('\n')).not.toContain(secret);
    expect(lines.join('\n')).toContain('Credentials refused: POST /oauth/token ');
  });

  it('takes every parameter from it, without a body and without a content type', async () => {
    const { service, uaa, all, post, zoneOf } = await setup();
    await subscribe(service, await tokenFor(service, uaa), ACME, 'acme');
    const scope = `${uaa.xsappname}.JOBSCHEDULER`;
    const answer = await post({ ...all, app_tid: ACME, scope }).expect(200);
    expect(zoneOf(answer)).toBe(ACME);
    expect(answer.body.scope).toBe(scope);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
  });

  it('takes some from it and some from the body, and the client from the header', async () => {
    const { uaa, grant, client, post } = await setup();
    await post(grant).type('form').send(client).expect(200);
    await post(client).type('form').send(grant).expect(200);
    await post(client).send(grant).expect(200);
    await post(grant).auth(uaa.clientid, uaa.clientsecret).expect(200);
    await post(grant).auth(uaa.clientid, uaa.clientsecret).type('form').send('').expect(200);
    await post(grant).auth(uaa.clientid, uaa.clientsecret).set('Content-Type', 'text/plain').expect(200);
  });

  it('lets the body win, parameter by parameter; an empty one counts as left out', async () => {
    const { all, client, post } = await setup();
    await post({ grant_type: 'password', client_secret: 'wrong' }).type('form').send(all).expect(200);
    await post(all).type('form').send({ client_secret: 'wrong' }).expect(401);
    await post(all).type('form').send({ grant_type: 'password' }).expect(400);
    await post(all).type('form').send({ client_secret: '' }).expect(200);
    await post({ grant_type: '', ...client }).expect(400);
  });

  it.each(['grant_type', 'client_id', 'client_secret', 'scope', 'app_tid', 'assertion'])(
    'refuses %s that stands in it twice, whatever the body says, and does not show its value',
    async (name) => {
      const { all, post } = await setup();
      const twice = `${name}=first-value&${name}=second-value`;
      const answer = await post(twice).type('form').send(all).expect(400);
      expect(answer.body).toEqual({
        error: 'invalid_request',
        error_description: expect.stringContaining(name),
      });
      expect(answer.text).not.toContain('value"');
      expect(answer.text).not.toContain('second-value');
      await post(`${text(all)}&${twice}`).expect(400);
    },
  );

  it('refuses what is no list of parameters', async () => {
    const { all, post } = await setup();
    for (const body of [[all], 'grant_type']) {
      const answer = await post(all).set('Content-Type', 'application/json').send(JSON.stringify(body));
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({
        error: 'invalid_request',
        error_description: expect.stringMatching(/form/),
      });
    }
  });

  it('counts guesses in it like all others: 429 after ten of one client', async () => {
    const { service, uaa, grant, post } = await setup();
    const guess = (n: number) => post({ ...grant, client_id: uaa.clientid, client_secret: `guess-${n}` });
    for (let n = 0; n < 9; n++) await guess(n).expect(401);
    await service.http
      .post('/oauth/token')
      .type('form')
      .send({ ...grant, client_id: uaa.clientid, client_secret: 'guess' })
      .expect(401);
    const answer = await guess(10).expect(429);
    expect(answer.body).toMatchObject({ error: 'slow_down' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('is read whole, however many parameters come first', async () => {
    const { post, all } = await setup();
    const filler = '&a'.repeat(1_200);
    await post(`${text(all)}${filler}&app_tid=${ACME}`).expect(401);
    await post(`${text(all)}${filler}&grant_type=client_credentials`).expect(400);
  });
});
