import { decodeJwt } from 'jose';
import { TestCall } from '../../src/action/http/test-call.js';
import { cookieOf, OWN_PAGE, signedIn } from '../support/dashboard.js';
import { startFlow, TENANTS, type Flow } from '../flow/setup.js';
import { databaseKinds } from '../support/databases.js';
import { conformity } from './conformity.js';

const TEST_CALLS = '/dashboard/api/test-calls';
const MINUTE_MS = 60_000;

describe.each(databaseKinds)('A test call on $name', (kind) => {
  let flow: Flow;
  let conforms: ReturnType<typeof conformity>;
  beforeAll(async () => {
    flow = await startFlow(kind, { RATE_LIMIT_CLIENT_PER_MINUTE: '0', ACTION_TIMEOUT_MS: '400' });
    conforms = conformity((await flow.http.get('/openapi.json').expect(200)).body);
  });
  beforeEach(() => {
    flow.target.reacts({ kind: 'answer' });
    // Each test has ten calls of its own.
    flow.clock.advance(MINUTE_MS);
  });

  const make = async (order: object = {}, client = flow.acme) => {
    const body = { action: flow.target.url('/tried'), httpMethod: 'POST', ...order };
    return (await client.post(TEST_CALLS, body).expect(conforms('post', TEST_CALLS)).expect(200)).body;
  };
  const lastCall = () => {
    const call = flow.target.calls.at(-1);
    if (!call) throw new Error('Nothing was called.');
    return call;
  };

  it('is one call as a run makes it, with the token of its tenant and ids of no job', async () => {
    const { target, clock, createJob, drain, callsOf } = flow;
    const job = await createJob({ time: 'now', data: { month: 12 } }, { httpMethod: 'PUT' });
    await drain();
    const [real] = callsOf(job);
    const count = target.calls.length;
    target.reacts({ kind: 'answer', status: 200, body: 'well done' });
    const answer = await make({ httpMethod: 'PUT', data: { month: 12 } });
    expect(answer).toEqual({
      ...{ outcome: 'success', httpStatus: 200, durationMs: 0, text: 'well done', isCut: false, cause: null },
      message: 'The endpoint answered 200 after 0 ms.',
    });
    expect(target.calls).toHaveLength(count + 1);
    const call = lastCall();
    expect({ method: call.method, body: call.body }).toEqual({ method: 'PUT', body: '{"month":12}' });
    expect(Object.keys(call.headers).sort()).toEqual(Object.keys(real?.headers ?? {}).sort());
    expect(call.headers).toMatchObject({
      authorization: real?.headers.authorization,
      'x-sap-job-id': '0',
      'x-sap-job-run-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-sap-job-schedule-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-sap-run-at': new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' '),
    });
    const token = decodeJwt(String(call.headers.authorization).replace('Bearer ', ''));
    expect(token['zid']).toBe(TENANTS.acme);
    expect((await flow.acme.get('/scheduler/jobs').expect(200)).body.total).toBe(1);
  });

  it("sends a user's password as a job does, and data of a GET in the query", async () => {
    await make({ httpMethod: 'GET', user: 'ann', password: 'pa:ss', data: { a: 1 } });
    const { method, path, headers } = lastCall();
    expect({ method, path }).toEqual({ method: 'GET', path: '/tried?a=1' });
    expect(headers.authorization).toBe(`Basic ${Buffer.from('ann:pa:ss').toString('base64')}`);
  });

  it('tells how it came out', async () => {
    const { target } = flow;
    target.reacts({ kind: 'answer', status: 202 });
    expect(await make()).toMatchObject({ outcome: 'accepted', httpStatus: 202 });
    target.reacts({ kind: 'answer', status: 503, body: 'x'.repeat(10_001) });
    const failed = await make();
    expect(failed).toMatchObject({ outcome: 'failed', httpStatus: 503, isCut: true, cause: null });
    expect(failed.text).toBe('x'.repeat(10_000));
    target.reacts({ kind: 'hang' });
    expect(await make()).toMatchObject({
      ...{ outcome: 'failed', httpStatus: null, cause: null },
      message: expect.stringMatching(/took the request and did not answer/),
    });
    target.reacts({ kind: 'reset' });
    expect(await make()).toMatchObject({
      ...{ outcome: 'failed', httpStatus: null, cause: 'ECONNRESET' },
      text: expect.stringMatching(/^Request Error: Code:-ECONNRESET, Message:-/),
    });
  });

  it('goes no way that the outbound guard closes', async () => {
    for (const action of ['http://10.0.0.1/x', 'http://169.254.169.254/latest']) {
      const { outcome, cause } = await make({ action });
      expect({ action, outcome, cause }).toEqual({ action, outcome: 'failed', cause: 'OUTBOUND_REFUSED' });
    }
  });

  it('is written down without secrets, before it is made', async () => {
    const { target, provider } = flow;
    const { host } = new URL(target.url());
    await make({
      action: `http://${host}/hook?token=hush#hush`,
      user: 'ann',
      password: 'hush',
      data: { key: 'hush' },
    });
    const { body } = await provider.get('/admin/v1/audit?page_size=1').expect(200);
    expect(body.results).toEqual([
      {
        ...{ timestamp: expect.any(String), actor: 'acme', event: 'test-call.made', tenantId: TENANTS.acme },
        details: { action: `http://${host}/hook`, httpMethod: 'POST' },
      },
    ]);
  });

  it('is made ten times a minute, by each who may', async () => {
    const { acme, beta, clock, target } = flow;
    const order = { action: target.url('/tried') };
    for (let count = 0; count < 10; count += 1) await make();
    const before = target.calls.length;
    const refused = await acme.post(TEST_CALLS, order).expect(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.body).toMatchObject({ status: 429, detail: expect.stringMatching(/Too many test calls/) });
    expect(target.calls).toHaveLength(before);
    await beta.post(TEST_CALLS, order).expect(200);
    clock.advance(6_000);
    await make();
  });

  /** Returns the status of a test call of a browser. */
  const statusOf = async (cookie: string, more: object = {}) => {
    const order = { action: flow.target.url('/tried') };
    const headers = { Cookie: cookie, ...OWN_PAGE, ...more };
    return (await flow.http.post(TEST_CALLS).set(headers).send(order)).status;
  };
  const as = (tenantId: string) => ({ 'X-Carillon-Scope': `tenant/${tenantId}` });

  it('of a session counts for it, whatever tenant it acts as', async () => {
    const [one, other] = [await signedIn(flow, 'provider admin'), await signedIn(flow, 'provider admin')];
    for (let count = 0; count < 5; count += 1) {
      expect(await statusOf(one.cookie)).toBe(200);
      expect(await statusOf(one.cookie, as(TENANTS.acme))).toBe(200);
    }
    const token = decodeJwt(String(lastCall().headers.authorization).replace('Bearer ', ''));
    expect(token['zid']).toBe(TENANTS.acme);
    expect(await statusOf(one.cookie)).toBe(429);
    expect(await statusOf(one.cookie, as(TENANTS.beta))).toBe(429);
    expect(await statusOf(other.cookie)).toBe(200);
  });

  it('counts for its client in all, and for its tenant whoever makes it', async () => {
    const { acme, beta, provider, http, uaa } = flow;
    for (const client of [acme, beta, provider]) {
      for (let count = 0; count < 10; count += 1) await make({}, client);
    }
    const typed = { clientId: uaa.clientid, clientSecret: uaa.clientsecret, subdomain: 'acme' };
    const answer = await http
      .post('/dashboard/api/sign-in/credentials')
      .set(OWN_PAGE)
      .send(typed)
      .expect(201);
    expect(await statusOf(cookieOf(answer))).toBe(429);
    const [one, other] = [
      await signedIn(flow, 'tenant admin', 'acme'),
      await signedIn(flow, 'tenant admin', 'acme'),
    ];
    for (let count = 0; count < 10; count += 1) expect(await statusOf(one.cookie)).toBe(200);
    expect(await statusOf(other.cookie)).toBe(429);
  });

  it('is one of twenty at once, and of ten of its tenant', async () => {
    const { acme, beta, provider, app, target } = flow;
    const order = { action: target.url('/tried') };
    const calls = app.get(TestCall, { strict: false });
    const make = calls.make.bind(calls);
    let goOn: () => void = () => undefined;
    const goesOn = new Promise<void>((resolve) => (goOn = resolve));
    const underWay: Promise<number>[] = [];
    /** Begins ten calls of a client, and waits until they are under way. */
    const tenOf = (client: typeof acme) =>
      new Promise<void>((resolve) => {
        let begun = 0;
        calls.make = async (wanted) => {
          begun += 1;
          if (begun === 10) resolve();
          await goesOn;
          return make(wanted);
        };
        for (let count = 0; count < 10; count += 1) {
          underWay.push(client.post(TEST_CALLS, order).then(({ status }) => status));
        }
      });
    const { cookie } = await signedIn(flow, 'tenant admin', 'acme');
    try {
      await tenOf(acme);
      expect(await statusOf(cookie)).toBe(429);
      await tenOf(beta);
      const refused = await provider.post(TEST_CALLS, order).expect(429);
      expect(Number(refused.headers['retry-after'])).toBe(5);
      expect(refused.body.detail).toMatch(/Too many test calls under way/);
    } finally {
      goOn();
      calls.make = make;
    }
    expect(await Promise.all(underWay)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(await statusOf(cookie)).toBe(200);
  });

  it('is refused where a job would be, and is no matter for viewers', async () => {
    const { acme, target } = flow;
    const before = target.calls.length;
    const refused = async (order: object, detail: RegExp) => {
      const { body } = await acme.post(TEST_CALLS, order).expect(400);
      expect(body).toMatchObject({ status: 400, detail: expect.stringMatching(detail) });
    };
    const action = target.url('/tried');
    await refused({}, /'action' is required/);
    await refused({ action: 'ftp://a.example' }, /'action' 'ftp:.* must be an absolute URL/);
    await refused({ action, httpMethod: 'PATCH' }, /'httpMethod' must be one of/);
    await refused({ action, user: 'a:b' }, /'user' 'a:b' must not contain colons/);
    await refused({ action, data: [] }, /'data' must be a JSON object/);
    const viewer = await signedIn(flow, 'tenant viewer', 'acme');
    await viewer.post(TEST_CALLS, { action }).expect(403);
    expect(target.calls).toHaveLength(before);
  });
});
