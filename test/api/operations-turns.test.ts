import { jest } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { OperationBatches } from '../../src/operation/operation-batch.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import { startApp } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { startOperations, uriOf } from './operation-setup.js';

const IMPORT = '/scheduler/import';
/** Does the same batches with fewer statements. */
const DRY_IMPORT = `${IMPORT}?dryRun=true`;
const jobs = (name: string, count: number) =>
  Array.from({ length: count }, (_, place) => ({
    name: `${name} ${place}`,
    action: 'https://app.example.com/x',
  }));

describe.each(databaseKinds)('operations that wait on $name', (kind) => {
  /** A service that accepts operations and works on none, and one in its place that does. */
  async function setup() {
    const accepting = await startOperations(kind, { DISPATCH: 'off' });
    const startWorking = async () => {
      if (kind.name === 'SQLite') await accepting.stop();
      const env = { DATABASE_URL: accepting.databaseUrl };
      const working = await startApp({ env, clock: accepting.clock, uaa: accepting.uaa });
      const order: string[] = [];
      const batches = working.app.get(OperationBatches, { strict: false });
      const runOne = batches.runOne.bind(batches);
      jest.spyOn(batches, 'runOne').mockImplementation((tx, id, ...rest) => {
        order.push(`/api/jobs/${id}`);
        return runOne(tx, id, ...rest);
      });
      return { ...working, order, worker: working.app.get(OperationWorker, { strict: false }) };
    };
    return { ...accepting, startWorking };
  }

  it('are taken in turns: a small one of a tenant is done long before all that another tenant has waiting', async () => {
    const { acme, beta, createJob, startWorking } = await setup();
    const imports: string[] = [];
    for (let n = 0; n < 25; n++) {
      imports.push(uriOf(await acme.post(DRY_IMPORT, jobs(`turn ${n}`, 41)).expect(202)));
    }
    await createJob(beta);
    const filter = "contains(name, '')";
    const small = uriOf(await beta.post('/scheduler/jobs/operations/deactivate', { filter }).expect(202));
    const { worker, order, acme: client, beta: other } = await startWorking();
    await worker.tick();
    expect(order.indexOf(small)).toBeLessThanOrEqual(2);
    expect((await other.get(small)).body).toMatchObject({
      status: 'complete',
      'job-results': { changed: 1 },
    });
    for (const uri of imports) {
      expect((await client.get(uri)).body).toMatchObject({
        status: 'complete',
        'job-results': { created: 41 },
      });
    }
    expect(order.length).toBeGreaterThan(75);
  });

  it('of one tenant take turns too, the oldest two at a time', async () => {
    const { acme, clock, startWorking } = await setup();
    const importing = async (name: string, count: number) => {
      clock.advance(1_000);
      return uriOf(await acme.post(IMPORT, jobs(name, count)).expect(202));
    };
    const [first, second, third] = [
      await importing('first', 45),
      await importing('second', 5),
      await importing('third', 5),
    ];
    const { worker, order } = await startWorking();
    await worker.tick();
    expect(order).toEqual([first, second, first, third, first]);
  });

  it('are at most a hundred of one tenant: the next is refused, and another tenant’s is not', async () => {
    const { acme, beta, app } = await setup();
    const order = { filter: "contains(name, 'nothing')" };
    const path = '/scheduler/jobs/operations/deactivate';
    const answers = await Promise.all(Array.from({ length: 101 }, () => acme.post(path, order)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(100);
    const [refused] = answers.filter(({ status }) => status !== 202);
    expect(refused).toMatchObject({ status: 429 });
    expect(refused?.body.message).toContain('100 operations that have not ended');
    await beta.post(path, order).expect(202);
    const database = app.get(Database, { strict: false });
    await database.transaction((tx) => tx.execute('UPDATE operation SET state = 3, ended_at = 0'));
    await acme.post(path, order).expect(202);
  });
});
