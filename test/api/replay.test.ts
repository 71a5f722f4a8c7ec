import { randomUUID } from 'node:crypto';
import { uuidToBytes } from '../../src/database/columns.js';
import { Database } from '../../src/database/database.js';
import { databaseKinds } from '../support/databases.js';
import { OWN_PAGE, signedIn } from '../support/dashboard.js';
import { cancelOf, startOperations, uriOf, type OperationsApp } from './operation-setup.js';

describe.each(databaseKinds)('The replay of a run on $name', (kind) => {
  let app: OperationsApp;
  beforeAll(async () => {
    app = await startOperations(kind);
  });
  /** A job with these data, and a run of it that has ended. */
  async function setup(change: object = {}) {
    app.target.reacts({ kind: 'answer', body: 'done' });
    const schedules = [{ cron: '2099 * * * * 0 0', active: true, data: { order: 1 } }];
    const job = await app.createJob(app.acme, { schedules, ...change });
    const schedule = `/scheduler/jobs/${job.jobId}/schedules/${job.scheduleId}`;
    const resultOf = async (uri: string) => (await app.acme.get(uri).expect(200)).body;
    const runIdOf = async (uri: string): Promise<string> => (await resultOf(uri))['job-results']['run-id'];
    const replayOf = (runId: string) => app.acme.post(`${job.runs}/${runId}/replay`);
    /** Runs a run again, to its end, and returns the new one. */
    const replayed = async (runId: string) => {
      const uri = uriOf(await replayOf(runId).expect(202));
      await app.dispatch();
      return runIdOf(uri);
    };
    const logOf = async (runId: string) => (await app.acme.get(`${job.runs}/${runId}`).expect(200)).body;
    const ofJob = () =>
      app.target.calls.filter(({ headers }) => headers['x-sap-job-id'] === String(job.jobId));
    const first = await runIdOf(await app.ended(app.acme, job));
    return { ...app, job, schedule, first, resultOf, runIdOf, replayOf, replayed, logOf, ofJob };
  }

  it('is an operation as of a run on request, and a run of its own', async () => {
    const { job, first, replayOf, resultOf, runIdOf, logOf, dispatch, ofJob, clock } = await setup();
    clock.advance(3_600_000);
    const answer = await replayOf(first).expect(202);
    const uri = uriOf(answer);
    expect(answer.body).toEqual({ 'job-uri': expect.stringMatching(/^\/api\/jobs\/[0-9a-f-]{36}$/) });
    expect(answer.headers['operation-location']).toBe(uri);
    expect(await resultOf(uri)).toMatchObject({ status: 'running', kind: 'run' });
    await dispatch();
    expect(await resultOf(uri)).toMatchObject({
      ...{ status: 'complete', 'job-status-code': 200 },
      'job-results': { 'schedule-id': job.scheduleId, 'run-state': 'SUCCESS', 'http-status': 200 },
    });
    const [before, after] = [await logOf(first), await logOf(await runIdOf(uri))];
    expect(after).toMatchObject({ origin: 'replay', replayOf: first, runState: 'SUCCESS', attempt: 1 });
    expect(Object.keys(after).slice(-4)).toEqual(['plannedTimestamp', 'attempt', 'origin', 'replayOf']);
    expect(before).not.toHaveProperty('replayOf');
    expect(after.plannedTimestamp).toBe(before.plannedTimestamp);
    expect(after.executionTimestamp).not.toBe(before.executionTimestamp);
    const [one, other] = ofJob();
    expect(other?.headers['x-sap-run-at']).toBe(one?.headers['x-sap-run-at']);
    expect(other?.headers['x-sap-job-run-id']).toBe(after.runId);
    expect(other?.body).toBe(one?.body);
  });

  it('has the data of the run, whatever its schedule was changed to since', async () => {
    const { acme, job, schedule, first, replayed, logOf, ofJob, ended, runIdOf } = await setup();
    const bodies = () => ofJob().map(({ body }) => JSON.parse(body || 'null'));
    await acme.put(schedule, { data: { order: 2 } }).expect(200);
    const second = await runIdOf(await ended(acme, job));
    await acme.put(schedule, { description: 'the data stays' }).expect(200);
    await acme.put(schedule, { data: null }).expect(200);
    await replayed(first);
    await replayed(second);
    await ended(acme, job);
    expect(bodies()).toEqual([{ order: 1 }, { order: 2 }, { order: 1 }, { order: 2 }, null]);
    expect((await logOf(second)).origin).toBe('request');
  });

  it('of a replay stands for the first run, and has its data', async () => {
    const { acme, schedule, first, replayed, logOf, ofJob, clock } = await setup();
    await acme.put(schedule, { data: { order: 2 } }).expect(200);
    clock.advance(60_000);
    const second = await replayed(first);
    clock.advance(60_000);
    const third = await replayed(second);
    expect(await logOf(third)).toMatchObject({
      replayOf: second,
      plannedTimestamp: (await logOf(first)).plannedTimestamp,
    });
    expect(ofJob().map(({ body }) => body)).toEqual(Array(3).fill('{"order":1}'));
    expect(new Set(ofJob().map(({ headers }) => headers['x-sap-run-at'])).size).toBe(1);
  });

  it('may be asked for twice at once: two runs', async () => {
    const { first, replayOf, dispatch, runIdOf, logOf } = await setup();
    const answers = await Promise.all([replayOf(first), replayOf(first), replayOf(first)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    await dispatch();
    const ids = await Promise.all(answers.map((answer) => runIdOf(uriOf(answer))));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(await logOf(id)).toMatchObject({ replayOf: first, runState: 'SUCCESS' });
  });

  it('is refused while the run has not ended, and permitted once it has', async () => {
    const { acme, job, replayOf, dispatch, target } = await setup();
    await acme.post(job.runs).expect(202);
    const { body } = await acme.get(job.runs);
    const { runId } = body.results.find(
      ({ origin, runState }: Record<string, string>) => origin === 'request' && runState === 'SCHEDULED',
    );
    const planned = await replayOf(runId).expect(409);
    expect(planned.body.message).toContain(
      `The run '${runId}' is SCHEDULED and has not ended: it can be run again once it has ended.`,
    );
    target.reacts({ kind: 'answer', status: 202 });
    await dispatch();
    expect((await replayOf(runId).expect(409)).body.message).toContain('is ACK_RECVD and has not ended');
    await acme.put(`${job.runs}/${runId}`, { success: false, message: 'no' }).expect(200);
    await replayOf(runId).expect(202);
  });

  it('is refused where the data of the run is no longer kept', async () => {
    const { acme, app: nest, job, schedule, first, replayOf, replayed } = await setup();
    await acme.put(schedule, { data: { order: 2 } }).expect(200);
    await replayed(first);
    const id = uuidToBytes(job.scheduleId);
    await nest
      .get(Database)
      .transaction((tx) => tx.execute('DELETE FROM schedule_data WHERE schedule_id = ?', [id]));
    const { body } = await replayOf(first).expect(409);
    expect(body.message).toContain(
      `The data that the run '${first}' was called with is no longer kept: run its schedule now instead, with the data that it has today.`,
    );
  });

  it('is not there for other tenants, other schedules and other jobs, nor of a run that is not there', async () => {
    const { acme, beta, job, first, createJob } = await setup();
    const other = await createJob(acme);
    const path = `${job.runs}/${first}/replay`;
    const { body } = await beta.post(path).expect(404);
    expect(body.message).toContain(
      `There is no schedule with the id '${job.scheduleId}' in a job ${job.jobId}.`,
    );
    const elsewhere = await acme.post(`${other.runs}/${first}/replay`).expect(404);
    expect(elsewhere.body.message).toContain(
      `There is no run with the id '${first}' of the schedule '${other.scheduleId}'.`,
    );
    await acme.post(path.replace(String(job.jobId), String(other.jobId))).expect(404);
    await acme.post(`${job.runs}/${randomUUID()}/replay`).expect(404);
    await acme.post(path).expect(202);
  });

  it('is not for viewers', async () => {
    const { job, first, http } = await setup();
    const { cookie } = await signedIn(app, 'tenant viewer', 'acme');
    const headers = { Cookie: cookie, ...OWN_PAGE };
    await http.get(`${job.runs}/${first}`).set(headers).expect(200);
    await http.post(`${job.runs}/${first}/replay`).set(headers).expect(403);
  });

  it('can be canceled as long as it was not called, and be run again then', async () => {
    const { acme, first, replayOf, resultOf, job, dispatch, ofJob } = await setup();
    const uri = uriOf(await replayOf(first).expect(202));
    await acme.post(cancelOf(uri)).expect(204);
    expect(await resultOf(uri)).toMatchObject({ status: 'canceled' });
    await dispatch();
    expect(ofJob()).toHaveLength(1);
    const { body } = await acme.get(job.runs);
    const canceled = body.results.find(({ replayOf: of }: { replayOf?: string }) => of === first);
    await replayOf(canceled.runId).expect(202);
    await dispatch();
    expect(ofJob().map(({ body: data }) => data)).toEqual(Array(2).fill('{"order":1}'));
  });

  it('runs on schedules and jobs that are switched off too, and leaves them so', async () => {
    const { acme, job, schedule, first, replayOf, runIdOf, dispatch, logOf } = await setup();
    await acme.put(schedule, { active: false }).expect(200);
    await acme.put(`/scheduler/jobs/${job.jobId}`, { active: false }).expect(200);
    const uri = uriOf(await replayOf(first).expect(202));
    // The home page has it among what comes next, as a run on request.
    const { body: overview } = await acme.get('/dashboard/api/overview').expect(200);
    expect(JSON.stringify(overview.next)).toContain(job.scheduleId);
    await dispatch();
    expect(await logOf(await runIdOf(uri))).toMatchObject({ runState: 'SUCCESS' });
    expect((await acme.get(schedule)).body).toMatchObject({ active: false, nextRunAt: null });
  });

  it('is shown by the dashboard, with the run that it runs again and the instant that it stands for', async () => {
    const { job, first, replayed, http, logOf } = await setup();
    const second = await replayed(first);
    const { cookie } = await signedIn(app, 'tenant viewer', 'acme');
    const get = (path: string) => http.get(path).set({ Cookie: cookie, ...OWN_PAGE });
    const { body: run } = await get(`/dashboard/api/runs/${second}`).expect(200);
    expect(run).toMatchObject({ origin: 'replay', replayOf: first, originalAt: expect.any(Number) });
    const text = new Date(run.originalAt).toISOString().slice(0, 19).replace('T', ' ');
    expect(text).toBe((await logOf(first)).plannedTimestamp);
    const { body: runs } = await get(`/dashboard/api/runs?job=${job.jobId}`).expect(200);
    const byId = new Map(runs.results.map((one: { runId: string }) => [one.runId, one]));
    expect(byId.get(second)).toMatchObject({ replayOf: first });
    expect(byId.get(first)).not.toHaveProperty('replayOf');
  });
});
