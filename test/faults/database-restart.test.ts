import { databaseEnds } from './support/database-ends.js';
import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';

const server = await startServer();

describe('A database that goes away under load', () => {
  const { inGoodOrder, byKill } = databaseEnds(server);
  const ends = [
    inGoodOrder,
    byKill,
    {
      how: 'by kill -9, while a replica is asked to end',
      end: async ({ replicas: [leaver] }: Deployment) => {
        await server.kill();
        // It cannot record what it has called, and waits for that no longer than its grace.
        await leaver?.stop();
        await server.restart();
        await leaver?.start();
      },
    },
  ];

  it.each(inForm({ short: ends.slice(0, 2), long: ends }))(
    'and comes back, $how: what was due meanwhile is called, and nothing twice without need',
    async ({ how, end }) => {
      const leaseMs = inForm({ short: 3_000, long: 20_000 });
      const deployment = await Deployment.start(server, { replicas: 2, leaseMs });
      for (let times = 0; times < inForm({ short: 1, long: 10 }); times++) {
        await lasting(1_000);
        await deployment.during(() => end(deployment));
        await deployment.recover();
      }
      expectSound(await deployment.judged(`database restarted ${how}`));
    },
  );
});
