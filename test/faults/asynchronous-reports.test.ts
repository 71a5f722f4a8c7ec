import { AsynchronousApp } from './support/asynchronous-app.js';
import { databaseEnds } from './support/database-ends.js';
import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import type { Replica } from './support/replica.js';
import { expectSound } from './support/report.js';

const server = await startServer();

/** Reports are upkeep, and given up after a quarter of the lease. */
const LEASE_MS = inForm({ short: 6_000, long: 20_000 });
const RUNS = inForm({ short: 30, long: 100 });
const ROUNDS = inForm({ short: 1, long: 10 });
const DONE = { success: true, message: 'done' };
const FAILED = { success: false, message: 'failed' };

async function setup() {
  const deployment = await Deployment.start(server, { replicas: 2, leaseMs: LEASE_MS });
  const app = await AsynchronousApp.start(deployment);
  // The first completion makes the row that numbers them.
  await app.reportUntilKnown(await app.acknowledged(1), DONE, deployment.replica(0));
  return { deployment, app };
}

const all = (status: number, { length }: readonly unknown[]) => Array.from({ length }, () => status);

describe('Reports of asynchronous runs', () => {
  it('in a batch of a replica that is killed: none that was answered is lost, and the others may be sent again', async () => {
    const { deployment, app } = await setup();
    for (let round = 0; round < ROUNDS; round++) {
      const [victim, other] = [deployment.replica(round % 2), deployment.replica((round + 1) % 2)];
      const [early, inBatch, behind] = [
        await app.acknowledged(RUNS),
        await app.acknowledged(RUNS),
        await app.acknowledged(RUNS),
      ];
      expect(await app.report(early, DONE, victim)).toEqual(all(200, early));
      const held = await app.holdEnds();
      const first = app.report(inBatch, DONE, victim);
      await held.reachedBy(1);
      const second = app.report(behind, DONE, victim);
      await deployment.during(() => victim.kill());
      held.release();
      const runs = [...inBatch, ...behind];
      const statuses = [...(await first), ...(await second)];
      const unanswered = runs.filter((_, place) => statuses[place] !== 200);
      expect(await app.reportUntilKnown(unanswered, DONE, other)).toEqual(all(200, unanswered));
      expect(await app.complaints()).toEqual([]);
      expect(unanswered).toEqual(runs);
      const reported = [...early, ...runs];
      expect(await app.reportUntilKnown(reported, DONE, other)).toEqual(all(200, reported));
      expect(await app.reportUntilKnown(reported, FAILED, other)).toEqual(all(409, reported));
      await victim.start();
    }
    await deployment.recover();
    expect(await app.complaints()).toEqual([]);
    expectSound(await deployment.judged('kill -9 with reports in a batch'));
  });

  it('that two replicas get: each is answered as if the other had come before, and the run ends once', async () => {
    const { deployment, app } = await setup();
    const [one, other] = [deployment.replica(0), deployment.replica(1)];
    // First while one of them writes, then at once.
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const [same, different] = [await app.acknowledged(RUNS), await app.acknowledged(RUNS)];
      const reportTo = (replica: Replica, outcome: typeof DONE) =>
        Promise.all([
          app.reportUntilKnown(same, DONE, replica),
          app.reportUntilKnown(different, outcome, replica),
        ]);
      const held = round % 2 === 0 ? await app.holdEnds() : null;
      const first = reportTo(one, DONE);
      await held?.reachedBy(1);
      const second = reportTo(other, FAILED);
      await held?.reachedBy(2);
      held?.release();
      const [[sameOne, differentOne], [sameOther, differentOther]] = await Promise.all([first, second]);
      expect([...sameOne, ...sameOther]).toEqual(all(200, [...same, ...same]));
      const pairs = differentOne.map((status, place) => [status, differentOther[place]]);
      expect(pairs.filter((pair) => pair.toSorted().join() !== '200,409')).toEqual([]);
      expect(await app.complaints()).toEqual([]);
    }
    await deployment.endpoint.received(100);
    const judgement = await deployment.judged('the same report to two replicas');
    expectSound(judgement);
    expect(judgement.doubled).toBe(0);
  });

  const { inGoodOrder, byKill } = databaseEnds(server);

  it.each(inForm({ short: [byKill], long: [inGoodOrder, byKill] }))(
    'that wait while the database ends $how are answered 503 or with their outcome, and may be sent again',
    async ({ how, end }) => {
      const { deployment, app } = await setup();
      const [one, other] = [deployment.replica(0), deployment.replica(1)];
      for (let round = 0; round < ROUNDS; round++) {
        const batches = [await app.acknowledged(RUNS), await app.acknowledged(RUNS)] as const;
        const behind = [await app.acknowledged(RUNS), await app.acknowledged(RUNS)] as const;
        const held = await app.holdEnds();
        const first = [app.report(batches[0], DONE, one), app.report(batches[1], DONE, other)];
        await held.reachedBy(2);
        const second = [app.report(behind[0], DONE, one), app.report(behind[1], DONE, other)];
        await deployment.during(end);
        held.release();
        const statuses = (await Promise.all([...first, ...second])).flat();
        expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
        const runs = [...batches, ...behind].flat();
        const refused = runs.filter((_, place) => statuses[place] !== 200);
        expect(await app.reportUntilKnown(refused, DONE, one)).toEqual(all(200, refused));
        expect(await app.complaints()).toEqual([]);
        expect(await app.reportUntilKnown(runs, DONE, other)).toEqual(all(200, runs));
        await deployment.recover();
      }
      expect(await app.complaints()).toEqual([]);
      expectSound(await deployment.judged(`database restarted ${how}, with reports waiting`));
    },
  );
});
