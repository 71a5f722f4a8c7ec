import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';

const server = await startServer();

describe('The way to the database that is lost without a word', () => {
  const leaseMs = inForm({ short: 4_000, long: 20_000 });

  it('for one replica of two, for longer than its lease: the other takes over, and what it brings late is refused', async () => {
    const deployment = await Deployment.start(server, { replicas: 2, leaseMs, hasProxies: true });
    const { endpoint } = deployment;
    const lost = deployment.replica(0);
    await endpoint.received(100);
    for (let times = 0; times < inForm({ short: 1, long: 3 }); times++) {
      const fromMs = Date.now();
      await deployment.during(async () => {
        lost.proxy?.blackhole();
        await lasting(2 * leaseMs);
        lost.proxy?.restore();
      });
      deployment.freezes.push({ fromMs, untilMs: Date.now() });
      await deployment.recover();
    }
    expectSound(await deployment.judged('half-open sockets to the database, one of 2'));
  });

  it('for every connection of all replicas at once, while new ones come through: they make new ones', async () => {
    const deployment = await Deployment.start(server, { replicas: 2, leaseMs, hasProxies: true });
    await deployment.endpoint.received(100);
    for (let times = 0; times < inForm({ short: 1, long: 5 }); times++) {
      for (const { proxy } of deployment.replicas) proxy?.forget();
      deployment.strike();
      await deployment.recover();
    }
    expectSound(await deployment.judged('all connections to the database silently dead'));
  });
});
