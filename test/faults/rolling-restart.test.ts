import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';

const server = await startServer();

/** The default: what a replica leaves behind must not wait for anybody's lease. */
const LEASE_MS = 60_000;

describe('A rolling restart under load', () => {
  it.each(inForm({ short: [3], long: [2, 3] }))(
    'of %i replicas neither misses nor doubles a run, nor is late with one',
    async (replicas) => {
      const deployment = await Deployment.start(server, { replicas, leaseMs: LEASE_MS });
      for (let rounds = 0; rounds < inForm({ short: 1, long: 8 }); rounds++) {
        for (const replica of deployment.replicas) {
          await lasting(1_500);
          await replica.stop();
          await replica.start();
        }
      }
      await lasting(2_000);
      const judgement = await deployment.judged(`rolling restart of ${replicas}`);
      expectSound(judgement);
      expect(judgement.doubled).toBe(0);
    },
  );
});
