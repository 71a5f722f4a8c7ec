import { wireText } from '../../src/core/instant.js';
import { RunEndings, type EndedRun } from '../../src/run-log/run-endings.js';
import { databaseKinds } from '../support/databases.js';
import { runsOf, startFlow, type Flow, type FlowJob } from './setup.js';

describe.each(databaseKinds)('Whoever takes part in the end of runs on $name', (kind) => {
  let flow: Flow;
  const ended: EndedRun[] = [];
  beforeAll(async () => {
    flow = await startFlow(kind);
    flow.app.get(RunEndings, { strict: false }).join({
      settle: (_tx, runs) => {
        ended.push(...runs);
        return Promise.resolve();
      },
    });
  });

  /** A one-time job with alert switches, whose run is due now. */
  async function setup(status: number) {
    await flow.clear();
    ended.length = 0;
    flow.clock.advance(1_000);
    flow.target.reacts({ kind: 'answer', status, body: 'ok' });
    const job = await flow.createJob({ time: 'now' }, { ansConfig: { onSuccess: false, onError: true } });
    const [planned] = await runsOf(job);
    return { ...flow, job, planned };
  }

  const toldOf = (job: FlowJob, change: Partial<EndedRun>) => [
    expect.objectContaining({
      scheduleId: job.scheduleId,
      scheduleKind: 'once',
      job: expect.objectContaining({
        ...{ id: job.jobId, name: job.path.replace('/action', 'job') },
        ...{ ansOnSuccess: false, ansOnError: true },
      }),
      origin: 'plan',
      isCanceled: false,
      ...change,
    }),
  ];

  it('learns of a run that is answered what its claim knew', async () => {
    const { job, tick, planned } = await setup(500);
    await tick();
    expect(ended).toEqual(toldOf(job, { state: 'ERROR', httpStatus: 500 }));
    expect(ended.map(({ plannedAt, dueAt }) => [plannedAt, dueAt].map(wireText))).toEqual([
      [planned?.plannedAt, planned?.plannedAt],
    ]);
  });

  it('learns the same of a run that is reported', async () => {
    const { job, tick, acme, planned } = await setup(202);
    await tick();
    await acme.put(`${job.runs}/${planned?.runId}`, { success: true, message: 'done' }).expect(200);
    expect(ended).toEqual(toldOf(job, { state: 'SUCCESS', httpStatus: 202, endText: 'done' }));
    expect(ended.map(({ plannedAt, dueAt }) => [plannedAt, dueAt].map(wireText))).toEqual([
      [planned?.plannedAt, planned?.plannedAt],
    ]);
  });

  it('learns the same of a run whose report did not come in time', async () => {
    const { job, tick, clock, sweeper } = await setup(202);
    await tick();
    clock.advance(1_800_000);
    await sweeper.expireReports();
    expect(ended).toEqual(toldOf(job, { state: 'UNKNOWN', httpStatus: 202 }));
  });

  it('learns of a run that was asked for and is canceled that it is', async () => {
    const { job, acme, clock } = await setup(202);
    clock.advance(1_000);
    const asked = await acme.post(job.runs).expect(202);
    await acme.post(`${asked.body['job-uri']}/operations/cancel`).expect(204);
    expect(ended).toEqual(toldOf(job, { origin: 'request', state: 'ERROR', isCanceled: true }));
  });
});
