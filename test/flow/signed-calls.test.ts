import { createPublicKey, verify } from 'node:crypto';
import { jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Sealing } from '../../src/database/sealing/sealing.js';
import { Signers } from '../../src/signing/signers.js';
import type { ReceivedCall } from '../support/action-target.js';
import { databaseKinds, mariaDb } from '../support/databases.js';
import { runsOf, startFlow, startReplica, type Flow, type FlowJob } from './setup.js';

const KEYS = '/scheduler/signingKeys';
const TEST_CALLS = '/dashboard/api/test-calls';
const S = 1_000;
const DATA = { text: 'f\u00fcr "alle" \u{1f514}', n: 1 };

/** Returns whether the public library takes a call, at the time of the service, for one that this secret has signed. */
function isSignedBy(secret: string, { headers, body }: ReceivedCall, now: number): boolean {
  const time = jest.spyOn(Date, 'now').mockReturnValue(now);
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  } finally {
    time.mockRestore();
  }
}

/** Returns whether a public key as it was answered verifies one of the signatures of a call. */
function isSignedByPair(publicKey: string, { headers, body }: ReceivedCall): boolean {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((signature) => signature.startsWith('v1a,'))
    .some((signature) => verify(null, Buffer.from(content), key, Buffer.from(signature.slice(4), 'base64')));
}

const namesIn = ({ headers }: ReceivedCall) =>
  Object.keys(headers).filter((name) => name.startsWith('webhook-') || name.startsWith('x-api'));

describe.each(databaseKinds)('What a job adds to its calls on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });
  beforeEach(async () => {
    await flow.clear();
    const { body } = await flow.acme.get(KEYS).expect(200);
    for (const { keyId } of body.results) await flow.acme.delete(`${KEYS}/${keyId}`).expect(204);
  });

  const newKey = async (kindOf = 'v1') => (await flow.acme.post(KEYS, { kind: kindOf }).expect(201)).body;
  /** Makes a job, lets it run once, and returns its latest call. */
  const called = async (change: object, schedule: object = { time: 'now', data: DATA }) => {
    const job = await flow.createJob(schedule, change as Record<string, unknown>);
    await flow.drain();
    return { job, call: lastCall(job) };
  };
  const lastCall = (job: FlowJob): ReceivedCall => {
    const call = flow.callsOf(job).at(-1);
    if (!call) throw new Error('Nothing was called.');
    return call;
  };

  it('arrives with each call, and nothing of it where it asks for nothing', async () => {
    const { call } = await called({ headers: { 'X-Api-Key': 'a b;c="d"', 'x-flag': '' } });
    expect(call.headers).toMatchObject({
      ...{ 'x-api-key': 'a b;c="d"', 'x-flag': '', 'content-type': 'application/json' },
      authorization: expect.stringMatching(/^Bearer /),
    });
    const plain = await called({});
    expect(namesIn(plain.call)).toEqual([]);
    expect(Object.keys(call.headers).filter((name) => !(name in plain.call.headers))).toEqual([
      'x-api-key',
      'x-flag',
    ]);
    const { call: get } = await called({
      headers: { 'X-Api-Key': 'k' },
      httpMethod: 'GET',
      user: 'ann',
      password: 'p',
    });
    expect(get.headers).toMatchObject({ 'x-api-key': 'k', authorization: expect.stringMatching(/^Basic /) });
  });

  it('is a signature that the public library takes, over the bytes that were sent', async () => {
    const { clock } = flow;
    const { secret } = await newKey();
    const { call, job } = await called({ signing: true });
    const [run] = await runsOf(job);
    expect(call.headers).toMatchObject({
      'webhook-id': run?.runId,
      'webhook-timestamp': String(Math.floor(clock.now() / S)),
      authorization: expect.stringMatching(/^Bearer /),
    });
    expect(JSON.parse(call.body)).toEqual(DATA);
    expect(isSignedBy(secret, call, clock.now())).toBe(true);
    expect(isSignedBy(secret, { ...call, body: `${call.body} ` }, clock.now())).toBe(false);
    expect(isSignedBy(`whsec_${'A'.repeat(43)}=`, call, clock.now())).toBe(false);
  });

  it('is a signature over no body where there is none: of a GET the data is in the query', async () => {
    const { secret } = await newKey();
    for (const change of [{ httpMethod: 'GET' }, { httpMethod: 'DELETE' }]) {
      const { call } = await called({ signing: true, ...change });
      expect(call.body).toBe('');
      expect(isSignedBy(secret, call, flow.clock.now())).toBe(true);
    }
    const { call } = await called({ signing: true }, { time: 'now' });
    expect(isSignedBy(secret, call, flow.clock.now())).toBe(true);
  });

  it('is signed by each key while one takes the place of the other', async () => {
    const { acme, clock } = flow;
    const old = await newKey();
    const pair = await newKey('v1a');
    const first = await called({ signing: true });
    expect(isSignedBy(old.secret, first.call, clock.now())).toBe(true);
    expect(isSignedByPair(pair.publicKey, first.call)).toBe(true);
    expect(isSignedByPair(pair.publicKey, { ...first.call, body: '{}' })).toBe(false);
    await acme.delete(`${KEYS}/${old.keyId}`).expect(204);
    const { call } = await called({ signing: true });
    expect(isSignedBy(old.secret, call, clock.now())).toBe(false);
    expect(isSignedByPair(pair.publicKey, call)).toBe(true);
    expect(call.headers['webhook-signature']).toMatch(/^v1a,\S+$/);
  });

  it('has one id in all attempts of a run, the time of each, and the headers that the job has by then', async () => {
    const { clock, target, acme, drain, callsOf } = flow;
    const { secret } = await newKey();
    target.reacts({ kind: 'answer', status: 500 });
    const change = {
      signing: true,
      headers: { 'X-Api-Key': 'old' },
      retry: { attempts: 1, delay: '10 seconds' },
    };
    const { job } = await called(change);
    await acme.put(job.job, { headers: { 'X-Api-Key': 'new' } }).expect(200);
    clock.advance(20 * S);
    await drain();
    const calls = callsOf(job);
    expect(calls.map(({ headers }) => headers['x-api-key'])).toEqual(['old', 'new']);
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const [before, after] = calls.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(Number(after) - Number(before)).toBe(20);
    for (const call of calls) expect(isSignedBy(secret, call, clock.now())).toBe(true);
  });

  it('is no call at all, and no other attempt, where a key cannot be read', async () => {
    const { database, clock, drain, callsOf, acme } = flow;
    const { keyId } = await newKey();
    const foreign = new Sealing('the value of somebody else').seal('whsec_AAAA');
    await database.transaction((tx) => tx.execute('UPDATE webhook_key SET secret = ?', [foreign]));
    const second = await newKey();
    const job = await flow.createJob({ time: 'now' }, { signing: true, retry: { attempts: 3 } });
    await drain();
    clock.advance(3_600 * S);
    await drain();
    expect(callsOf(job)).toHaveLength(0);
    const [run] = await runsOf(job);
    expect(run).toMatchObject({ runState: 'REQUEST_ERROR', runStatus: 'COMPLETED' });
    expect(JSON.stringify(run)).toMatch(/'signing' is set and a signing key of the tenant cannot be read/);
    await acme.delete(`${KEYS}/${keyId}`).expect(204);
    const { call } = await called({ signing: true });
    expect(isSignedBy(second.secret, call, clock.now())).toBe(true);
  });

  it('is no call without a signature where settings or keys are not there, whatever else is broken', async () => {
    const { database, drain, callsOf } = flow;
    const jobs = [];
    for (const policy of ['{"signing":true}', '{"signing":true,"retry":5}']) {
      const job = await flow.createJob({ time: 'in 1 minute' });
      await database.transaction((tx) =>
        tx.execute('UPDATE job SET policy = ? WHERE id = ?', [policy, job.jobId]),
      );
      jobs.push(job);
    }
    flow.clock.advance(60 * S);
    await drain();
    for (const job of jobs) {
      expect(callsOf(job)).toHaveLength(0);
      const [run] = await runsOf(job);
      expect(run).toMatchObject({ runState: 'REQUEST_ERROR' });
      expect(JSON.stringify(run)).toMatch(/the tenant has no signing key: make one/);
    }
  });

  it('comes with a test call too: that of the job, or what is tried instead', async () => {
    const { acme, target, clock } = flow;
    const { secret } = await newKey();
    const job = await flow.createJob({ time: 'in 1 hour' }, { signing: true, headers: { 'X-Api-Key': 'k' } });
    const tried = async (order: object) => {
      const body = { action: target.url('/tried'), httpMethod: 'POST', data: DATA, ...order };
      await acme.post(TEST_CALLS, body).expect(200);
      const call = target.calls.at(-1);
      if (!call) throw new Error('Nothing was called.');
      return call;
    };
    const call = await tried({ jobId: job.jobId });
    expect(call.headers['x-api-key']).toBe('k');
    expect(isSignedBy(secret, call, clock.now())).toBe(true);
    expect(namesIn(await tried({}))).toEqual([]);
    expect(namesIn(await tried({ jobId: job.jobId, signing: null, headers: null }))).toEqual([]);
    const other = await tried({
      jobId: job.jobId,
      signing: false,
      headers: { 'X-Api-Key': null, 'X-Api-B': 'b' },
    });
    expect(other.headers).toMatchObject({ 'x-api-key': 'k', 'x-api-b': 'b' });
    expect(namesIn(other)).toEqual(['x-api-key', 'x-api-b']);
    const elsewhere = { action: target.url('/tried').replace('127.0.0.1', 'localhost'), jobId: job.jobId };
    expect(namesIn(await tried({ ...elsewhere, signing: false }))).toEqual([]);
    const refused = await acme
      .post(TEST_CALLS, { ...elsewhere, httpMethod: 'POST', headers: { 'X-Api-Key': null } })
      .expect(400);
    expect(refused.body.detail).toMatch(/'headers' needs the value of 'X-Api-Key'/);
    await flow.beta.post(TEST_CALLS, { action: target.url('/tried'), jobId: job.jobId }).expect(404);
  });
});

describe('A key of one replica, on MariaDB', () => {
  it('signs the calls of the others from the next round on, and no longer once it is deleted', async () => {
    const first = await startFlow(mariaDb);
    const { clock } = first;
    const second = await startReplica({ ...first.options, clock, uaa: first.uaa }, first.target);
    const newKey = async () => (await second.acme.post(KEYS, { kind: 'v1' }).expect(201)).body;
    const old = await newKey();
    const job = await second.createJob({ cron: '* * * * * * 0' }, { signing: true });
    const tenancyId = await first.database.read(async (tx) => {
      const [row] = await tx.query<{ id: number }>('SELECT tenancy_id AS id FROM webhook_key');
      return Number(row?.id);
    });
    // Before any round: whoever knows of no key looks.
    expect(await first.app.get(Signers, { strict: false }).of(tenancyId)).toHaveLength(1);
    const signedBy = async (...secrets: string[]) => {
      clock.advance(60 * S);
      const count = first.target.calls.length;
      await first.drain();
      const calls = first.target.calls.slice(count).filter(({ path }) => path === job.path);
      expect(calls).toHaveLength(1);
      return secrets.map((secret) => calls.every((call) => isSignedBy(secret, call, clock.now())));
    };
    expect(await signedBy(old.secret)).toEqual([true]);
    const fresh = await newKey();
    expect(await signedBy(old.secret, fresh.secret)).toEqual([true, true]);
    await second.acme.delete(`${KEYS}/${old.keyId}`).expect(204);
    expect(await signedBy(old.secret, fresh.secret)).toEqual([false, true]);
  });
});
