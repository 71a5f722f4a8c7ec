import { randomUUID } from 'node:crypto';
import { HOUR_MS } from '../../src/core/instant.js';
import { databaseKinds, type DatabaseKind } from '../support/databases.js';
import {
  cancelOf,
  refusal,
  startOperations,
  uriOf,
  type OperationsApp,
  type TestJob,
} from './operation-setup.js';

/** Describes something on every database; each test sets up a job in an application that they share. */
function describeRuns(
  name: string,
  tests: (
    setup: (change?: object) => Promise<OperationsApp & { readonly job: TestJob }>,
    kind: DatabaseKind,
  ) => void,
): void {
  describe.each(databaseKinds)(`${name} on $name`, (kind) => {
    let app: OperationsApp;
    beforeAll(async () => {
      app = await startOperations(kind);
    });
    const setup = async (change: object = {}) => {
      app.target.reacts({ kind: 'answer', body: 'done' });
      const job = await app.createJob(app.acme, change);
      return { ...app, job };
    };
    tests(setup, kind);
  });
}

describeRuns('A run on request', (setup) => {
  it('is accepted with the place where its status is', async () => {
    const { acme, job } = await setup();
    const answer = await acme.post(job.runs).expect(202);
    const uri = uriOf(answer);
    expect(answer.body).toEqual({ 'job-uri': expect.stringMatching(/^\/api\/jobs\/[0-9a-f-]{36}$/) });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['operation-location']).toBe(uri);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(answer.headers['location']).toBeUndefined();
  });

  it('is running until its run has ended, and complete with it', async () => {
    const { acme, job, runNow, dispatch } = await setup();
    const uri = await runNow(acme, job);
    const before = await acme.get(uri).expect(200);
    expect(before.body).toMatchObject({ status: 'running', kind: 'run' });
    expect(before.body).not.toHaveProperty('job-status-code');
    expect(before.headers['retry-after']).toMatch(/^\d+$/);
    await dispatch();
    const after = await acme.get(uri).expect(200);
    expect(after.headers['retry-after']).toBeUndefined();
    expect(after.body).toMatchObject({
      status: 'complete',
      'job-status-code': 200,
      'job-results': {
        'job-id': job.jobId,
        'schedule-id': job.scheduleId,
        'run-state': 'SUCCESS',
        'http-status': 200,
        message: expect.stringContaining('done'),
      },
    });
    expect(after.body).not.toHaveProperty('job-reason-code');
    const log = await acme.get(`${job.runs}/${after.body['job-results']['run-id']}`).expect(200);
    expect(log.body).toMatchObject({ runState: 'SUCCESS' });
  });

  it('leaves the plan of the schedule as it is', async () => {
    const { acme, job, ended } = await setup();
    const path = `/scheduler/jobs/${job.jobId}/schedules/${job.scheduleId}`;
    const { body: before } = await acme.get(path);
    await ended(acme, job);
    const { body: after } = await acme.get(path);
    expect(after).toEqual(before);
    const { body: logs } = await acme.get(job.runs);
    expect(logs.results.map((run: { runState: string }) => run.runState)).toEqual(['SCHEDULED', 'SUCCESS']);
  });

  it('runs a schedule that is not active', async () => {
    const { acme, job, ended } = await setup({ active: false });
    expect((await acme.get(await ended(acme, job))).body.status).toBe('complete');
  });

  it('may be asked for many times within a millisecond', async () => {
    const { acme, job, runNow, dispatch, target } = await setup();
    const before = target.calls.length;
    const uris = await Promise.all(Array.from({ length: 20 }, () => runNow(acme, job)));
    await dispatch();
    expect(target.calls.length - before).toBe(20);
    for (const uri of uris) expect((await acme.get(uri)).body.status).toBe('complete');
  });

  it.each([
    ['an error of the application', { kind: 'answer', status: 500 }, 502, 1, 'ERROR'],
    ['a refusal by the application', { kind: 'answer', status: 403 }, 502, 2, 'REQUEST_ERROR'],
    ['a connection that is cut', { kind: 'reset' }, 502, 2, 'REQUEST_ERROR'],
  ] as const)('tells of %s', async (_name, reaction, status, reason, state) => {
    const { acme, job, ended, target } = await setup();
    target.reacts(reaction);
    const { body } = await acme.get(await ended(acme, job));
    expect(body).toMatchObject({
      status: 'complete',
      'job-status-code': status,
      'job-reason-code': reason,
      'job-results': { 'run-state': state, message: expect.any(String) },
    });
  });

  it('ends with the report of an application that works on', async () => {
    const { acme, job, ended, target } = await setup();
    target.reacts({ kind: 'answer', status: 202 });
    const uri = await ended(acme, job);
    expect((await acme.get(uri)).body.status).toBe('running');
    const runId = target.calls.at(-1)?.headers['x-sap-job-run-id'] as string;
    await acme.put(`${job.runs}/${runId}`, { success: true, message: 'all sent' }).expect(200);
    const { body } = await acme.get(uri);
    expect(body).toMatchObject({ status: 'complete', 'job-status-code': 200 });
    expect(body['job-results']).toMatchObject({ 'run-state': 'SUCCESS', message: 'all sent' });
  });

  it('ends when the application never reports', async () => {
    const { acme, job, ended, target, clock, sweeper } = await setup();
    target.reacts({ kind: 'answer', status: 202 });
    const uri = await ended(acme, job);
    clock.advance(1_801_000);
    await sweeper.expireReports();
    const { body } = await acme.get(uri);
    expect(body).toMatchObject({ status: 'complete', 'job-status-code': 504, 'job-reason-code': 1 });
  });

  it.each(['the schedule', 'the job'])('ends when %s is deleted before it runs', async (what) => {
    const { acme, job, runNow, operations } = await setup();
    const uri = await runNow(acme, job);
    const path = `/scheduler/jobs/${job.jobId}`;
    await acme.delete(what === 'the job' ? path : `${path}/schedules/${job.scheduleId}`).expect(200);
    await operations.endRunless();
    const { body } = await acme.get(uri).expect(200);
    expect(body).toMatchObject({ status: 'complete', 'job-status-code': 404, 'job-reason-code': 1 });
  });

  it('is unknown for a schedule that is not the caller’s', async () => {
    const { beta, acme, job } = await setup();
    await beta.post(job.runs).expect(404);
    await acme.post(job.runs.replace(job.scheduleId, randomUUID())).expect(404);
    await acme.post(job.runs.replace(job.scheduleId, 'x')).expect(404);
  });

  it('is shown to its tenant and to the provider, and to nobody else', async () => {
    const { acme, beta, provider, job, ended, runNow } = await setup();
    const uri = await ended(acme, job);
    await provider.get(uri).expect(200);
    const foreign = await beta.get(uri).expect(404);
    expect(foreign.body).toEqual(refusal(404, 1, 'GET', uri));
    await beta.delete(uri).expect(404);
    await beta.post(cancelOf(uri)).expect(404);
    const byProvider = await runNow(provider, job);
    await acme.get(byProvider).expect(200);
  });

  it('needs credentials, and its refusals have the form of the job API', async () => {
    const { http } = await setup();
    const uri = `/api/jobs/${randomUUID()}`;
    const answer = await http.get(uri).expect(401);
    expect(answer.body).toEqual(refusal(401, expect.any(Number) as never, 'GET', uri));
  });
});

describeRuns('Canceling a run on request', (setup) => {
  it('stops a run that was not called yet', async () => {
    const { acme, job, runNow, dispatch, target } = await setup();
    const calls = target.calls.length;
    const uri = await runNow(acme, job);
    const answer = await acme.post(cancelOf(uri)).set('Content-Type', 'application/json').expect(204);
    expect(answer.text).toBe('');
    await dispatch();
    expect(target.calls).toHaveLength(calls);
    const { body } = await acme.get(uri).expect(200);
    expect(body).toMatchObject({ status: 'canceled', 'job-status-code': 409, 'job-reason-code': 1 });
    const log = await acme.get(`${job.runs}/${body['job-results']['run-id']}`);
    expect(log.body).toMatchObject({ runStatus: 'COMPLETED', runState: 'ERROR' });
    expect(log.body.runText).toContain('canceled');
  });

  it('cannot take a call back that is under way', async () => {
    const { acme, job, runNow, clock, dispatcher, target } = await setup();
    target.reacts({ kind: 'hold' });
    const uri = await runNow(acme, job);
    clock.advance(1_000);
    const calls = target.calls.length;
    await dispatcher.tick();
    await target.received(calls + 1);
    const answer = await acme.post(cancelOf(uri)).expect(404);
    expect(answer.body).toEqual(refusal(404, 4, 'POST', cancelOf(uri)));
    target.release();
    await dispatcher.settled();
    expect((await acme.get(uri)).body.status).toBe('complete');
  });

  it('ends a run that the application has acknowledged, and takes no report of it any more', async () => {
    const { acme, job, ended, target } = await setup();
    target.reacts({ kind: 'answer', status: 202 });
    const uri = await ended(acme, job);
    await acme.post(cancelOf(uri)).expect(204);
    const { body } = await acme.get(uri);
    expect(body.status).toBe('canceled');
    const log = `${job.runs}/${body['job-results']['run-id']}`;
    expect((await acme.get(log)).body).toMatchObject({ runState: 'ERROR', httpStatus: 202 });
    await acme.put(log, { success: true }).expect(409);
  });

  it('is refused once the run has ended', async () => {
    const { acme, job, ended } = await setup();
    const uri = await ended(acme, job);
    const answer = await acme.post(cancelOf(uri)).expect(409);
    expect(answer.body).toEqual(refusal(409, 41, 'POST', cancelOf(uri)));
  });
});

describeRuns('The status of an operation', (setup, kind) => {
  it('is deleted once it has ended, and not before', async () => {
    const { acme, job, runNow, dispatch } = await setup();
    const uri = await runNow(acme, job);
    const early = await acme.delete(uri).expect(409);
    expect(early.body).toEqual(refusal(409, 40, 'DELETE', uri));
    await dispatch();
    const runId = (await acme.get(uri)).body['job-results']['run-id'];
    await acme.delete(uri).set('Content-Type', 'application/json').expect(204);
    const gone = await acme.get(uri).expect(404);
    expect(gone.body).toEqual(refusal(404, 1, 'GET', uri));
    await acme.delete(uri).expect(404);
    await acme.get(`${job.runs}/${runId}`).expect(200);
  });

  it('is kept for four hours after the end, and then unknown, swept or not', async () => {
    const { acme, job, ended, clock, operations } = await setup();
    const uri = await ended(acme, job);
    clock.advance(4 * HOUR_MS);
    await acme.get(uri).expect(200);
    clock.advance(1);
    await acme.get(uri).expect(404);
    await acme.delete(uri).expect(404);
    await acme.post(cancelOf(uri)).expect(404);
    expect(await operations.expire()).toBeGreaterThan(0);
    expect(await operations.expire()).toBe(0);
  });

  it('does not expire while the operation runs', async () => {
    const { acme, job, runNow, clock, operations } = await setup();
    const uri = await runNow(acme, job);
    clock.advance(100 * HOUR_MS);
    await operations.expire();
    await acme.get(uri).expect(200);
  });

  it.each(['x', '00000000-0000-0000-0000-000000000000', '%20', '..%2f1'])(
    'is unknown for the id %s',
    async (id) => {
      const { acme } = await setup();
      for (const [method, path] of [
        ['get', `/api/jobs/${id}`],
        ['delete', `/api/jobs/${id}`],
        ['post', `/api/jobs/${id}/operations/cancel`],
      ] as const) {
        const { body } = await acme[method](path).expect(404);
        expect(body).toEqual(refusal(404, 1, method.toUpperCase(), path));
      }
    },
  );

  it('survives a restart, and so does what it waits for', async () => {
    const { acme, job, runNow, databaseUrl, uaa, clock, stop } = await startOperations(kind).then(
      async (own) => ({ ...own, job: await own.createJob(own.acme) }),
    );
    const uri = await runNow(acme, job);
    await stop();
    const { startApp } = await import('../support/app.js');
    const again = await startApp({ env: { DATABASE_URL: databaseUrl }, clock, uaa });
    expect((await again.acme.get(uri)).body.status).toBe('running');
    clock.advance(1_000);
    await again.tick();
    expect((await again.acme.get(uri)).body.status).toBe('complete');
  });
});
