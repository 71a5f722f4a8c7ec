import { MINUTE_MS } from '../../src/core/instant.js';
import { EventFeed } from '../../src/event/event-feed.js';
import { tokenFor } from '../auth/setup.js';
import { databaseKinds } from '../support/databases.js';
import { TENANTS } from '../support/app.js';
import { Listening } from './operation-events.js';
import { startOperations, type OperationsApp } from './operation-setup.js';

const EVENTS = '/api/jobs/events';
const CREATE = '/api/sessions/operations/create-server-sent-events-stream';
const OPEN = '/api/sessions/operations/open-server-sent-events-stream';

async function listenAs(app: OperationsApp, headers: Record<string, string>, id?: string) {
  const path = id === undefined ? EVENTS : `${OPEN}?stream-id=${id}`;
  return Listening.open(`${app.baseUrl}${path}`, headers);
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const feedOf = (app: OperationsApp) => app.app.get(EventFeed, { strict: false });

/** Makes a second binding, and returns its id and the header of a caller that uses it. */
async function secondBinding(app: OperationsApp) {
  const { body } = await app.provider.post('/admin/v1/bindings', { name: 'second' }).expect(201);
  const { clientid, clientsecret } = body.VCAP_SERVICES.jobscheduler[0].credentials.uaa;
  const basic = Buffer.from(`${clientid}:${clientsecret}`).toString('base64');
  return { bindingId: String(body.bindingId), headers: { Authorization: `Basic ${basic}` } };
}

describe.each(databaseKinds)('A stream of completions on $name', (kind) => {
  it('ends with its binding, however it was opened, and streams of others go on', async () => {
    const app = await startOperations(kind);
    const { bindingId, headers } = await secondBinding(app);
    const { body } = await app.http.post(CREATE).set(headers).expect(200);
    const own = await (await listenAs(app, headers)).ready();
    const byId = await (await listenAs(app, {}, body['stream-id'])).ready();
    const other = await (await listenAs(app, bearer(await tokenFor(app, app.uaa)))).ready();
    await app.provider.delete(`/admin/v1/bindings/${bindingId}`).expect(204);
    await Promise.all([own.closed, byId.closed]);
    expect(feedOf(app).size).toBe(1);
    expect((await listenAs(app, {}, body['stream-id'])).response.statusCode).toBe(404);
    await other.close();
  });

  it('ends when its tenant is suspended', async () => {
    const app = await startOperations(kind);
    const stream = await (await listenAs(app, bearer(await tokenFor(app, app.uaa, TENANTS.beta)))).ready();
    await app.provider.post(`/admin/v1/tenants/${TENANTS.beta}/suspend`).expect(204);
    await stream.closed;
    expect(feedOf(app).size).toBe(0);
  });

  it('ends a minute after its token, and one that was created with the token too', async () => {
    const app = await startOperations(kind, { TOKEN_LIFETIME_S: '3600' });
    const token = bearer(await tokenFor(app, app.uaa, TENANTS.acme));
    const { body } = await app.http.post(CREATE).set(token).expect(200);
    const own = await (await listenAs(app, token)).ready();
    const byId = await (await listenAs(app, {}, body['stream-id'])).ready();
    const byBasic = await (await listenAs(app, (await secondBinding(app)).headers)).ready();
    app.clock.advance(61 * MINUTE_MS);
    await Promise.all([own.closed, byId.closed]);
    expect(feedOf(app).size).toBe(1);
    await byBasic.close();
  });

  it('that was cut some minutes ago is opened again with the same token, and misses nothing', async () => {
    const app = await startOperations(kind);
    const { acme, clock } = app;
    const token = bearer(await tokenFor(app, app.uaa, TENANTS.acme));
    const job = await app.createJob(acme);
    const cut = await (await listenAs(app, token)).ready();
    const first = await app.ended(acme, job);
    await cut.received(1);
    await cut.close();
    const missed = await app.ended(acme, job);
    clock.advance(7 * MINUTE_MS);
    const again = await listenAs(app, { ...token, 'Last-Event-ID': cut.lastEventId });
    expect(again.response.statusCode).toBe(200);
    expect(await again.received(1)).toEqual([missed]);
    expect(cut.completions).toEqual([first]);
  });

  it('is refused where the tenant has a hundred, until one is closed', async () => {
    const app = await startOperations(kind);
    const { headers } = await secondBinding(app);
    const open = await Promise.all(Array.from({ length: 100 }, () => listenAs(app, headers)));
    await Promise.all(open.map((stream) => stream.ready()));
    const refused = await app.http.get(EVENTS).set(headers).expect(429);
    expect(refused.body).toMatchObject({
      'http-status': 429,
      message: '100 streams are open already: close some of them first.',
    });
    const other = await listenAs(app, bearer(await tokenFor(app, app.uaa, TENANTS.acme)));
    expect(other.response.statusCode).toBe(200);
    await Promise.all([...open, other].map((stream) => stream.close()));
  });
});
