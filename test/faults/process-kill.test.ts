import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { Chance } from './support/chance.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';

const server = await startServer();

describe('A replica that is killed', () => {
  it.each([2, 3])('again and again, one of %i, loses nothing', async (replicas) => {
    const chance = Chance.announced();
    const deployment = await Deployment.start(server, {
      replicas,
      leaseMs: inForm({ short: 3_000, long: 10_000 }),
    });
    for (let kills = 0; kills < inForm({ short: replicas, long: 40 }); kills++) {
      await lasting(chance.between(500, 3_500));
      const victim = chance.oneOf(deployment.running);
      await deployment.during(() => victim.kill());
      await victim.start();
    }
    await deployment.recover();
    expectSound(await deployment.judged(`kill -9 of one of ${replicas}, repeated`));
  });
});
