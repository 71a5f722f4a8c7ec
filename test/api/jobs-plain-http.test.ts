import { databaseKinds } from '../support/databases.js';
import { databaseOf, startReplica } from '../flow/setup.js';
import { ActionTarget } from '../support/action-target.js';
import { startApp } from '../support/app.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';

const SENTENCE =
  "Only https is called, not 'http:'. An operator of the service can permit plain http to this host (OUTBOUND_ALLOW=http://127.0.0.1).";
const PRODUCTION = {
  NODE_ENV: 'production',
  KEY_ENCRYPTION_SECRET: 'a secret of the deployment',
  PUBLIC_URL: 'https://jobs.example.com',
};
const PLAIN = { ...PRODUCTION, OUTBOUND_ALLOW: '127.0.0.1, http://app.internal' };

describe.each(databaseKinds)('Plain http in a production deployment on $name', (kind) => {
  let made = 0;

  async function setup() {
    const target = await ActionTarget.start();
    atEndOfFile(() => target.stop());
    const DATABASE_URL = await kind.createUrl();
    // The first start is one of a developer: in production it prints no binding.
    const { KEY_ENCRYPTION_SECRET, PUBLIC_URL } = PLAIN;
    const { uaa, stop } = await startApp({ env: { DATABASE_URL, KEY_ENCRYPTION_SECRET, PUBLIC_URL } });
    await stop();
    const env = { ...PLAIN, DATABASE_URL, TOKEN_LIFETIME_S: '604800' };
    const flow = await startReplica({ env, uaa }, target);
    return { ...flow, target, database: databaseOf(flow.app) };
  }

  const aBody = (action: string) => ({
    name: `plain ${++made}`,
    action,
    active: true,
    schedules: [{ time: 'now', active: true }],
  });

  it('is refused when a job is made or changed, in the words of the run log', async () => {
    const { acme, target, database, clock, drain, app } = await setup();
    const plain = target.url();
    const { body: refused } = await acme.post('/scheduler/jobs', aBody(plain)).expect(400);
    expect(refused.message).toBe(`Error while creating job: 'action' '${plain}': ${SENTENCE}`);

    const fine = aBody('https://127.0.0.1:1/run');
    const { body: job } = await acme.post('/scheduler/jobs', fine).expect(201);
    const url = `/scheduler/jobs/${job.jobId}`;
    for (const [path, body] of [
      [url, { action: plain }],
      [`/scheduler/jobs/${encodeURIComponent(fine.name)}`, { ...fine, action: plain }],
      ['/scheduler/jobs/another', { ...aBody(plain), name: 'another' }],
    ] as const) {
      expect((await acme.put(path, body).expect(400)).body.message).toContain(SENTENCE);
    }
    expect((await acme.get(url).expect(200)).body.action).toBe(fine.action);

    const { body: started } = await acme
      .post('/scheduler/import?existing=replace', [aBody(plain), { ...fine, action: plain }])
      .expect(202);
    await app.get(OperationWorker, { strict: false }).tick();
    const { body: status } = await acme.get(started['job-uri']).expect(200);
    const told = { message: expect.stringContaining(SENTENCE) };
    expect(status['job-results']).toMatchObject({ failed: 2, created: 0, replaced: 0, errors: [told, told] });

    // A job of the time when plain http was permitted: it can be changed, and its run says the same.
    await database.transaction((tx) =>
      tx.execute('UPDATE job SET action = ? WHERE id = ?', [plain, job.jobId]),
    );
    await acme.put(url, { action: plain, description: 'still here' }).expect(200);
    clock.advance(1_000);
    await drain();
    const { body: runs } = await acme.get(`${url}/schedules/${job.schedules[0].scheduleId}/runs`).expect(200);
    expect(runs.results[0]).toMatchObject({ runState: 'REQUEST_ERROR' });
    expect(runs.results[0].runText).toContain(`Code:-OUTBOUND_REFUSED, Message:-${SENTENCE}`);
    expect(target.calls).toEqual([]);
  });

  it('is taken where the operator permits it to the host', async () => {
    const { acme } = await setup();
    await acme.post('/scheduler/jobs', aBody('http://app.internal/run')).expect(201);
    await acme.post('/scheduler/jobs', aBody('HTTP://APP.internal:8080/run')).expect(201);
    await acme.post('/scheduler/jobs', aBody('http://b.app.internal/run')).expect(400);
  });
});
