import { Chance } from './support/chance.js';
import { Deployment, startServer } from './support/deployment.js';
import { ExclusiveApp } from './support/exclusive-app.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';

const server = await startServer();
const LEASE_MS = inForm({ short: 3_000, long: 10_000 });
/** Enough to find a replica that is busy; three processes share the cores with it. */
const LOAD = { tenants: 2, schedulesPerTenant: 10 };
const ROUNDS = inForm({ short: 1, long: 10 });
/** The bar of the long form: 200 kills, 2,000 edits. */
const KILLS = inForm({ short: 2, long: 200 });
const EDITS_PER_KILL = 10;

describe('Runs that may not overlap', () => {
  it('never do, and go on, while replicas are killed, and frozen with one that waits', async () => {
    const deployment = await Deployment.start(server, { replicas: 3, leaseMs: LEASE_MS, load: LOAD });
    const app = await ExclusiveApp.start(deployment);
    for (let round = 0; round < ROUNDS; round++) {
      const killed = await deployment.busyOne({ hasOpenCalls: true });
      await deployment.during(() => killed.kill());
      await killed.start();
      const frozen = await deployment.busyOne({ hasOpenCalls: true });
      const fromMs = Date.now();
      frozen.freeze();
      deployment.strike();
      await lasting(LEASE_MS + 1_500);
      deployment.freezes.push({ fromMs, untilMs: Date.now() });
      frozen.thaw();
      deployment.strike();
      await app.goesOn();
      expect(app.complaints()).toEqual([]);
    }
    await app.end();
    expectSound(await deployment.judged('kill -9 and SIGSTOP beside runs that may not overlap'));
    expect(app.complaints()).toEqual([]);
  });
  it('never do while their schedules are edited and replicas are killed', async () => {
    const chance = Chance.announced();
    const deployment = await Deployment.start(server, { replicas: 3, leaseMs: LEASE_MS, load: LOAD });
    const app = await ExclusiveApp.start(deployment);
    for (let kills = 0; kills < KILLS; kills++) {
      const edited = app.edit(EDITS_PER_KILL, chance);
      const killed = await deployment.busyOne({ hasOpenCalls: kills % 2 === 0 });
      await deployment.during(() => killed.kill());
      await killed.start();
      await edited;
      expect(app.complaints()).toEqual([]);
    }
    await app.goesOn();
    await app.end();
    expectSound(await deployment.judged('kill -9 and edits beside runs that may not overlap'));
    expect(app.complaints()).toEqual([]);
  });
});
