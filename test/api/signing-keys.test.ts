import { Database } from '../../src/database/database.js';
import { Sealing } from '../../src/database/sealing/sealing.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import type { Client } from '../support/app.js';
import { ACME, aJob, BETA, createJob, describeApi, NOWHERE, refuses } from './setup.js';

const KEYS = '/scheduler/signingKeys';
const NO_KEY =
  /'signing' needs a signing key, and the tenant has none: make one with POST \/scheduler\/signingKeys/;

describeApi('The signing keys of a tenant', (api) => {
  const listOf = async (client: Client, query = '') =>
    (await client.get(KEYS + query).expect(200)).body.results as { keyId: string; kind: string }[];
  const make = async (client: Client, body: object = { kind: 'v1' }) => {
    // Each is younger than the one before.
    api().clock.advance(1_000);
    return (await client.post(KEYS, body).expect(201)).body;
  };
  /** Takes `signing` off every job of both tenants and of the provider, and deletes all keys. */
  const clear = async () => {
    const { provider } = api();
    const { body } = await provider.get('/scheduler/jobs?page_size=100').expect(200);
    for (const { jobId, signing } of body.results)
      if (signing) await provider.put(`/scheduler/jobs/${jobId}`, { signing: null }).expect(200);
    for (const query of ['', `?tenantId=${ACME}`, `?tenantId=${BETA}`]) {
      for (const { keyId } of await listOf(provider, query))
        await provider.delete(`${KEYS}/${keyId}`).expect(204);
    }
  };
  beforeEach(clear);

  it('are made, shown without their secrets, and stored sealed', async () => {
    const { acme, beta, app } = api();
    const secret = await make(acme);
    expect(secret).toEqual({
      keyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind: 'v1',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
    const pair = await make(acme, { kind: 'v1a' });
    expect(pair).toMatchObject({
      kind: 'v1a',
      publicKey: expect.stringMatching(/^whpk_[A-Za-z0-9+/]{43}=$/),
    });
    expect('secret' in pair).toBe(false);
    const { secret: _shownOnce, ...shown } = secret;
    expect(await listOf(acme)).toEqual([shown, pair]);
    expect(await listOf(beta)).toEqual([]);
    const rows = await app
      .get(Database, { strict: false })
      .read((tx) => tx.query<{ secret: string }>('SELECT secret FROM webhook_key ORDER BY kind'));
    const sealing = app.get(Sealing, { strict: false });
    expect(rows.map((row) => sealing.open(row.secret))).toEqual([
      secret.secret,
      expect.stringMatching(/^whsk_/),
    ]);
  });

  it('are two at most', async () => {
    const { acme } = api();
    const [first] = [await make(acme), await make(acme, { kind: 'v1a' })];
    await refuses(
      acme.post(KEYS, { kind: 'v1' }),
      409,
      /has 2 signing keys, which is the most: delete one first/,
    );
    await acme.delete(`${KEYS}/${first.keyId}`).expect(204);
    await make(acme);
  });

  it('are two at most, and some while jobs are signed, whoever comes at once', async () => {
    const { acme } = api();
    const codes = await Promise.all(
      [1, 2, 3, 4].map(async () => (await acme.post(KEYS, { kind: 'v1' })).status),
    );
    expect(codes.sort()).toEqual([201, 201, 409, 409]);
    for (let round = 0; round < 4; round += 1) {
      for (const { keyId } of (await listOf(acme)).slice(1))
        await acme.delete(`${KEYS}/${keyId}`).expect(204);
      const [last] = await listOf(acme);
      const keyId = last?.keyId ?? (await make(acme)).keyId;
      const job = await createJob(acme);
      const answers = await Promise.all([
        acme.put(job.url, { signing: true }),
        acme.delete(`${KEYS}/${keyId}`),
        acme.post('/scheduler/jobs', aJob({ signing: true })),
      ]);
      const [changed, deleted, created] = answers.map(({ status }) => status);
      // Either the key was there for both, or for neither of them that came after its end; none is signed without one.
      const signed = [changed === 200, created === 201];
      expect({ deleted, isAny: signed.includes(true) && deleted === 204 }).toEqual({ deleted, isAny: false });
      if (created === 201)
        await acme.put(`/scheduler/jobs/${answers[2].body.jobId}`, { signing: null }).expect(200);
      await acme.put(job.url, { signing: null }).expect(200);
    }
  });

  it('are needed where a job is signed', async () => {
    const { acme, beta, app } = api();
    await make(beta);
    const job = await createJob(acme);
    const byName = `/scheduler/jobs/${encodeURIComponent(job.name)}`;
    await refuses(acme.post('/scheduler/jobs', aJob({ signing: true })), 409, NO_KEY);
    await refuses(acme.put(job.url, { signing: true }), 409, NO_KEY);
    await refuses(acme.put(byName, { action: job.action, signing: true }), 409, NO_KEY);
    const schedules = [{ cron: '* * * * 4 0 0' }];
    await refuses(acme.put(byName, { action: job.action, signing: true, schedules }), 409, NO_KEY);
    const entries = [aJob({ signing: true }), { ...aJob({ signing: true }), name: job.name }];
    const importing = async () => {
      const { body } = await acme.post('/scheduler/import?existing=replace', entries).expect(202);
      await app.get(OperationWorker, { strict: false }).tick();
      return (await acme.get(body['job-uri']).expect(200)).body['job-results'];
    };
    const refused = await importing();
    expect(refused).toMatchObject({ created: 0, replaced: 0, failed: 2 });
    for (const { message } of refused.errors) expect(message).toMatch(NO_KEY);
    const { body: untouched } = await acme.get(`${job.url}?displaySchedules=true`).expect(200);
    expect(untouched.schedules.map(({ cron }: { cron: string }) => cron)).toEqual(['* * * * 3 0 0']);
    await make(acme);
    expect(await importing()).toMatchObject({ created: 1, replaced: 1, failed: 0 });
    expect((await acme.get(job.url).expect(200)).body.signing).toBe(true);
    const { body: exported } = await acme
      .get(`/scheduler/export?after=${job._id - 1}&page_size=1`)
      .expect(200);
    expect(exported.results[0].signing).toBe(true);
  });

  it('stay, the last of them, while jobs are signed', async () => {
    const { acme } = api();
    const { keyId } = await make(acme);
    const job = await createJob(acme, { signing: true });
    expect(job.signing).toBe(true);
    const others = [await createJob(acme, { signing: true }), await createJob(acme, { signing: false })];
    await refuses(
      acme.delete(`${KEYS}/${keyId}`),
      409,
      /The last signing key cannot be deleted, because 2 jobs of the tenant are signed by it: make another key first, or take 'signing' off/,
    );
    const second = await make(acme);
    await acme.delete(`${KEYS}/${keyId}`).expect(204);
    await acme.put(job.url, { signing: false }).expect(200);
    expect('signing' in (await acme.get(job.url).expect(200)).body).toBe(false);
    await refuses(acme.delete(`${KEYS}/${second.keyId}`), 409, /because 1 job of the tenant is signed/);
    await acme.delete(others[0]?.url ?? '').expect(200);
    await acme.delete(`${KEYS}/${second.keyId}`).expect(204);
  });

  it('are made by a provider for itself, and for a tenant that it names', async () => {
    const { provider, acme, raw } = api();
    const own = await make(provider);
    const acmes = await make(provider, { kind: 'v1a', tenantId: ACME });
    expect(await listOf(provider)).toMatchObject([{ keyId: own.keyId }]);
    expect(await listOf(provider, `?tenantId=${ACME}`)).toEqual([acmes]);
    expect(await listOf(acme)).toEqual([acmes]);
    await refuses(raw.beta.delete(`${KEYS}/${acmes.keyId}`), 404, /There is no signing key with the id/);
    const forProviders = /'tenantId' is for provider credentials only: leave it out/;
    await refuses(acme.post(KEYS, { kind: 'v1', tenantId: ACME }), 400, forProviders);
    await refuses(acme.get(`${KEYS}?tenantId=${BETA}`), 400, forProviders);
    await refuses(
      provider.post(KEYS, { kind: 'v1', tenantId: NOWHERE }),
      404,
      /There is no tenant with the id/,
    );
    // A provider may change a job of a tenant: then the key of the tenant counts.
    const job = await createJob(acme);
    await provider.put(job.url, { signing: true }).expect(200);
    await refuses(provider.delete(`${KEYS}/${acmes.keyId}`), 409, /1 job of the tenant is signed/);
  });

  it('are refused as everything else', async () => {
    const { acme } = api();
    await refuses(acme.post(KEYS, {}), 400, /'kind' is required/);
    await refuses(acme.post(KEYS, { kind: 'v2' }), 400, /'kind' must be one of v1, v1a, but is 'v2'/);
    await refuses(acme.post(KEYS, { kind: 'v1', secret: 'x' }), 400, /'secret' is not known/);
    await refuses(acme.delete(`${KEYS}/${NOWHERE}`), 404, /There is no signing key with the id/);
    await refuses(acme.delete(`${KEYS}/x`), 404, /There is no signing key with the id 'x'/);
  });

  it('are in the audit log, without their secrets', async () => {
    const { acme, provider } = api();
    const { keyId, secret } = await make(acme);
    await provider.delete(`${KEYS}/${keyId}`).expect(204);
    const { body } = await provider.get('/admin/v1/audit?page_size=2').expect(200);
    expect(body.results).toMatchObject([
      { event: 'webhook-key.deleted', tenantId: ACME, details: { key: keyId, kind: 'v1' } },
      { event: 'webhook-key.created', tenantId: ACME, actor: 'acme', details: { key: keyId, kind: 'v1' } },
    ]);
    expect(JSON.stringify(body)).not.toContain(secret);
  });
});
