import { createLocalJWKSet, jwtVerify } from 'jose';
import { KeyRing } from '../../src/auth/key/key-ring.js';
import { databaseKinds } from '../support/databases.js';
import { startFlow, TENANTS, type Flow, type FlowJob } from './setup.js';

/** Sixty of them fit into the life of a token. */
const TURN_MS = 60_000;

describe.each(databaseKinds)('What a call authorises itself with on $name', (kind) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await startFlow(kind);
  });

  /** Jobs of both tenants that run every minute, and a way to the next run that answers the last authorisation of each. */
  async function setup(change: object = {}) {
    await flow.clear();
    const { acme, beta, clock, createJob, drain, callsOf } = flow;
    const often = { cron: '* * * * * * 0' };
    const jobs = {
      acme: await createJob(often, { client: acme, ...change }),
      beta: await createJob(often, { client: beta }),
    };
    const authorization = (job: FlowJob) => String(callsOf(job).at(-1)?.headers.authorization);
    const nextTurn = async () => {
      clock.advance(TURN_MS - (clock.now() % TURN_MS));
      await drain();
      return { acme: authorization(jobs.acme), beta: authorization(jobs.beta) };
    };
    return { ...flow, jobs, nextTurn };
  }

  it('is a token of the instance in the tenant’s zone that the published keys verify', async () => {
    const { nextTurn, http, clock, uaa } = await setup();
    const { body: keys } = await http.get('/token_keys').expect(200);
    const authorizations = await nextTurn();
    for (const tenant of ['acme', 'beta'] as const) {
      const [scheme, token = ''] = authorizations[tenant].split(' ');
      expect(scheme).toBe('Bearer');
      const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
        currentDate: new Date(clock.now()),
        audience: uaa.xsappname,
      });
      expect(payload).toMatchObject({ zid: TENANTS[tenant], grant_type: 'client_credentials' });
      expect(payload['ext_attr']).toMatchObject({ zdn: tenant });
    }
  });

  it('is made once for a tenant and used for every run', async () => {
    const { nextTurn, createJob, clock, drain, callsOf } = await setup();
    const first = await nextTurn();
    expect(first.beta).not.toBe(first.acme);
    expect(await nextTurn()).toEqual(first);
    const other = await createJob({ time: 'now' });
    clock.advance(1_000);
    await drain();
    expect(callsOf(other)[0]?.headers.authorization).toBe(first.acme);
  });

  it('is fresh after an endpoint has answered 401, for that tenant only', async () => {
    const { nextTurn, jobs, target } = await setup();
    const first = await nextTurn();
    target.reacts((call) => ({ kind: 'answer', status: call.path === jobs.acme.path ? 401 : 403 }));
    expect(await nextTurn()).toEqual(first);
    target.reacts({ kind: 'answer' });
    const fresh = await nextTurn();
    expect(fresh.acme).not.toBe(first.acme);
    expect(fresh.beta).toBe(first.beta);
    expect(await nextTurn()).toEqual(fresh);
  });

  it('is fresh a while before the old one expires', async () => {
    const { nextTurn, clock } = await setup();
    const first = await nextTurn();
    const { exp } = JSON.parse(Buffer.from(first.acme.split('.')[1] ?? '', 'base64url').toString());
    clock.set(exp * 1_000 - TURN_MS);
    expect(await nextTurn()).not.toEqual(first);
  });

  it.each([
    ['user and password', { user: 'ann', password: 'p:ä ß' }, 'ann:p:ä ß'],
    ['a user alone', { user: 'ann' }, 'ann:'],
  ])('is Basic for a job with %s', async (_name, change, credentials) => {
    const { nextTurn } = await setup(change);
    const { acme, beta } = await nextTurn();
    expect(acme).toBe(`Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`);
    expect(beta).toMatch(/^Bearer /);
  });

  // The last one: the tokens of this file's clients are void then.
  it('is fresh once the signing key was replaced, with which nothing of before is valid', async () => {
    const { nextTurn, app, clock, http } = await setup();
    const first = await nextTurn();
    await app.get(KeyRing, { strict: false }).replaceAll(() => Promise.resolve());
    const fresh = await nextTurn();
    const { body: keys } = await http.get('/token_keys').expect(200);
    expect(keys.keys).toHaveLength(1);
    const verify = ({ acme }: { acme: string }) =>
      jwtVerify(acme.replace('Bearer ', ''), createLocalJWKSet(keys), { currentDate: new Date(clock.now()) });
    await expect(verify(first)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    expect((await verify(fresh)).payload['zid']).toBe(TENANTS.acme);
    await flow.acme.get('/scheduler/jobs').expect(401);
  });
});
