import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import type { Replica } from './support/replica.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';

const server = await startServer();
const leaseMs = inForm({ short: 3_000, long: 20_000 });

/** The server's account of open transactions is a tenth of a second old at the most. */
const ACCOUNT_MS = 120;

async function setup() {
  const deployment = await Deployment.start(server, { replicas: 2, leaseMs, hasProxies: true });
  await deployment.endpoint.received(40);
  /** Loses the way of a replica at a moment when it has rows locked: they stay locked, and for nobody. */
  const loseWithLocks = async ({ proxy }: Replica): Promise<void> => {
    for (;;) {
      proxy?.blackhole();
      await lasting(ACCOUNT_MS);
      const holders = await deployment.table.query<{ host: string }>(
        `SELECT p.host FROM information_schema.innodb_trx t
         JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE t.trx_rows_locked > 0`,
      );
      if (holders.some(({ host }) => proxy?.serverPorts.includes(Number(host.split(':').at(-1))))) return;
      proxy?.restore();
      await lasting(Math.random() * ACCOUNT_MS);
    }
  };
  return { deployment, loseWithLocks };
}

describe('The way to the database that is lost without a word', () => {
  it('for one replica of two, with locks, for longer than its lease: the other takes over, and what it brings late is refused', async () => {
    const { deployment, loseWithLocks } = await setup();
    const lost = deployment.replica(0);
    for (let times = 0; times < inForm({ short: 1, long: 3 }); times++) {
      await deployment.during(async () => {
        await loseWithLocks(lost);
        const fromMs = Date.now();
        await lasting(inForm({ short: 1.5, long: 3 }) * leaseMs);
        deployment.freezes.push({ fromMs, untilMs: Date.now() });
        lost.proxy?.restore();
      });
      await deployment.recover();
    }
    expectSound(await deployment.judged('half-open sockets to the database, one of 2'));
  });

  it('for every connection of all replicas at once, while new ones come through: they make new ones', async () => {
    const { deployment } = await setup();
    for (let times = 0; times < inForm({ short: 1, long: 5 }); times++) {
      for (const { proxy } of deployment.replicas) proxy?.forget();
      deployment.strike();
      await deployment.recover();
    }
    expectSound(await deployment.judged('all connections to the database silently dead'));
  });
});
