import { randomUUID } from 'node:crypto';
import { HOUR_MS, MINUTE_MS } from '../../src/core/instant.js';
import { EventFeed } from '../../src/event/event-feed.js';
import { databaseKinds } from '../support/databases.js';
import { tokenFor } from '../auth/setup.js';
import { TENANTS } from '../support/app.js';
import { Listening } from './operation-events.js';
import { cancelOf, refusal, startOperations, type OperationsApp } from './operation-setup.js';

const EVENTS = '/api/jobs/events';
const CREATE = '/api/sessions/operations/create-server-sent-events-stream';
const OPEN = '/api/sessions/operations/open-server-sent-events-stream';

describe.each(databaseKinds)('The stream of completions on $name', (kind) => {
  let app: OperationsApp;
  beforeAll(async () => {
    app = await startOperations(kind);
  });

  async function setup() {
    const { baseUrl, uaa, acme } = app;
    app.target.reacts({ kind: 'answer' });
    const job = await app.createJob(acme);
    const token = (tenantId: string | null = TENANTS.acme) => tokenFor(app, uaa, tenantId);
    const listen = async (query = '', headers: Record<string, string> = {}, tenantId?: string | null) => {
      const authorization = { Authorization: `Bearer ${await token(tenantId)}` };
      return Listening.open(`${baseUrl}${EVENTS}${query}`, { ...authorization, ...headers });
    };
    const openById = (id: string, query = '', headers: Record<string, string> = {}) =>
      Listening.open(`${baseUrl}${OPEN}?stream-id=${id}${query}`, headers);
    const streamId = async () => String((await acme.post(CREATE).expect(200)).body['stream-id']);
    return { ...app, job, token, listen, openById, streamId };
  }

  it('says when to come back and from where', async () => {
    const { listen } = await setup();
    const stream = await (await listen()).ready();
    expect(stream.response.statusCode).toBe(200);
    expect(stream.response.headers['content-type']).toBe('text/event-stream');
    expect(stream.response.headers['cache-control']).toBe('no-store');
    expect(stream.events).toEqual([
      { retry: expect.stringMatching(/^\d+$/), id: expect.stringMatching(/^\d+$/) },
    ]);
  });

  it('tells of the end of an operation', async () => {
    const { listen, ended, acme, job } = await setup();
    const stream = await (await listen()).ready();
    const first = await ended(acme, job);
    const second = await ended(acme, job);
    expect(await stream.received(2)).toEqual([first, second]);
    const [one, two] = stream.ofType('job-completion');
    expect(one).toEqual({
      id: expect.stringMatching(/^\d+$/),
      event: 'job-completion',
      data: expect.any(String),
    });
    expect(JSON.parse(one?.data ?? '')).toEqual({
      'notification-type': 'job-completion',
      'job-uri': first,
      'session-sequence-nr': 1,
    });
    expect(JSON.parse(two?.data ?? '')).toMatchObject({ 'session-sequence-nr': 2 });
    expect(Number(two?.id)).toBeGreaterThan(Number(one?.id));
  });

  it('tells of a cancellation, of a report and of a run that is gone', async () => {
    const { listen, runNow, ended, operations, target, acme, job, createJob } = await setup();
    const stream = await (await listen()).ready();
    const canceled = await runNow(acme, job);
    await acme.post(cancelOf(canceled)).expect(204);
    target.reacts({ kind: 'answer', status: 202 });
    const reported = await ended(acme, job);
    const runId = target.calls.at(-1)?.headers['x-sap-job-run-id'] as string;
    await acme.put(`${job.runs}/${runId}`, { success: false }).expect(200);
    const doomed = await createJob(acme);
    const gone = await runNow(acme, doomed);
    await acme.delete(`/scheduler/jobs/${doomed.jobId}`).expect(200);
    await operations.endRunless();
    expect(await stream.received(3)).toEqual([canceled, reported, gone]);
  });

  it('is the tenant’s own; the provider hears every tenant of its instance', async () => {
    const { listen, ended, acme, beta, job, createJob } = await setup();
    const [own, other, provider] = await Promise.all([
      listen(),
      listen('', {}, TENANTS.beta),
      listen('', {}, null),
    ]);
    await Promise.all([own.ready(), other.ready(), provider.ready()]);
    const ofAcme = await ended(acme, job);
    const ofBeta = await ended(beta, await createJob(beta));
    const ofAcmeAgain = await ended(acme, job);
    expect(await provider.received(3)).toEqual([ofAcme, ofBeta, ofAcmeAgain]);
    expect(await own.received(2)).toEqual([ofAcme, ofAcmeAgain]);
    expect(await other.received(1)).toEqual([ofBeta]);
  });

  it('replays what was missed, between markers, and goes on from there', async () => {
    const { listen, ended, acme, beta, job, createJob } = await setup();
    const first = await (await listen()).ready();
    const heard = await ended(acme, job);
    await first.received(1);
    await first.close();
    const missed = [await ended(acme, job), await ended(acme, job)];
    await ended(beta, await createJob(beta));
    const again = await listen('', { 'Last-Event-ID': first.lastEventId });
    expect(await again.received(2)).toEqual(missed);
    await again.until(() => again.ofType('initial-events-end').length === 1);
    const live = await ended(acme, job);
    expect(await again.received(3)).toEqual([...missed, live]);
    expect(again.completions).not.toContain(heard);
    expect(again.events.flatMap(({ event }) => event ?? [])).toEqual([
      'initial-events-start',
      ...['job-completion', 'job-completion'],
      'initial-events-end',
      'job-completion',
    ]);
  });

  it('loses nothing when it breaks before its first event', async () => {
    const { listen, ended, acme, job } = await setup();
    const first = await (await listen()).ready();
    await first.close();
    const missed = await ended(acme, job);
    const again = await listen('', { 'Last-Event-ID': first.lastEventId });
    expect(await again.received(1)).toEqual([missed]);
  });

  it('begins with all that are kept, where it is asked to', async () => {
    const { listen, ended, acme, job } = await setup();
    const [deleted, kept] = [await ended(acme, job), await ended(acme, job)];
    await acme.delete(deleted).expect(204);
    const stream = await listen('?initial-events=true');
    await stream.until(() => stream.ofType('initial-events-end').length === 1);
    expect(stream.completions).toContain(kept);
    expect(stream.completions).not.toContain(deleted);
    const silent = await (await listen('?initial-events=false')).ready();
    expect(silent.ofType('initial-events-start')).toEqual([]);
  });

  it('does not replay what is no longer kept', async () => {
    const { listen, ended, acme, job, clock } = await setup();
    await ended(acme, job);
    clock.advance(4 * HOUR_MS + 1);
    const stream = await listen('', { 'Last-Event-ID': '0' });
    await stream.until(() => stream.ofType('initial-events-end').length === 1);
    expect(stream.completions).toEqual([]);
  });

  it('goes on from now where a number is not from here', async () => {
    const { listen, ended, acme, job } = await setup();
    const stream = await listen('', { 'Last-Event-ID': '999999999' });
    await stream.until(() => stream.ofType('initial-events-end').length === 1);
    const uri = await ended(acme, job);
    expect(await stream.received(1)).toEqual([uri]);
  });

  it('has one client: the younger one', async () => {
    const { baseUrl, token, ended, acme, job } = await setup();
    const headers = { Authorization: `Bearer ${await token()}` };
    const older = await (await Listening.open(`${baseUrl}${EVENTS}`, headers)).ready();
    const other = await (await setup()).listen();
    const younger = await (await Listening.open(`${baseUrl}${EVENTS}`, headers)).ready();
    await older.closed;
    const uri = await ended(acme, job);
    expect(await younger.received(1)).toEqual([uri]);
    expect(await other.received(1)).toEqual([uri]);
    expect(older.completions).toEqual([]);
  });

  it('is refused without credentials', async () => {
    const { http } = await setup();
    const { body } = await http.get(EVENTS).expect(401);
    expect(body).toMatchObject({ 'http-status': 401, 'request-uri': EVENTS });
    await http.post(CREATE).expect(401);
  });

  it('is opened by its id alone, where headers cannot be set', async () => {
    const { streamId, openById, ended, acme, job } = await setup();
    const stream = await (await openById(await streamId())).ready();
    const uri = await ended(acme, job);
    expect(await stream.received(1)).toEqual([uri]);
  });

  it('may be opened again by its id, which closes the older one and misses nothing', async () => {
    const { streamId, openById, ended, acme, job } = await setup();
    const id = await streamId();
    const older = await (await openById(id)).ready();
    const first = await ended(acme, job);
    await older.received(1);
    const younger = await openById(id, '&initial-events=true', { 'Last-Event-ID': older.lastEventId });
    await older.closed;
    const second = await ended(acme, job);
    expect(await younger.received(1)).toEqual([second]);
    expect(older.completions).toEqual([first]);
  });

  it('cannot be opened by an id that is unknown or was left alone for too long', async () => {
    const { http, streamId, clock, operations } = await setup();
    const id = await streamId();
    clock.advance(6 * MINUTE_MS);
    for (const wrong of [id, randomUUID(), 'x', '']) {
      const path = `${OPEN}?stream-id=${wrong}`;
      expect((await http.get(path).expect(404)).body).toEqual(refusal(404, 1, 'GET', path));
    }
    await http.get(OPEN).expect(404);
    expect(await operations.expire()).toBeGreaterThan(0);
  });

  it('ends with the tenant’s subscription', async () => {
    const own = await startOperations(kind);
    const headers = { Authorization: `Bearer ${await tokenFor(own, own.uaa, TENANTS.beta)}` };
    const stream = await (await Listening.open(`${own.baseUrl}${EVENTS}`, headers)).ready();
    const hook = { subscribedTenantId: TENANTS.beta, subscriptionAppName: 'shop' };
    const { body, status } = await own.http
      .delete(`/callback/v1.0/tenants/${TENANTS.beta}`)
      .set({ Authorization: `Bearer ${await tokenFor(own, own.uaa)}` })
      .send(hook);
    expect({ status, body }).toMatchObject({ status: 200 });
    await stream.closed;
    expect(own.app.get(EventFeed, { strict: false }).size).toBe(0);
  });
});
