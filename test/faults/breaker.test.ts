import { AwayApp } from './support/away-app.js';
import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';

const server = await startServer();
const LEASE_MS = inForm({ short: 3_000, long: 10_000 });
/** Enough to find a replica that is busy. */
const LOAD = { tenants: 2, schedulesPerTenant: 5 };

describe('Runs that wait for an endpoint that is away', () => {
  it('are called once it is back, and nobody but its probe before, though a replica is killed and the job edited', async () => {
    const deployment = await Deployment.start(server, { replicas: 2, leaseMs: LEASE_MS, load: LOAD });
    const app = await AwayApp.start(deployment);
    await app.goAway();
    await app.edit();
    const killed = await deployment.busyOne();
    await deployment.during(() => killed.kill());
    const started = killed.start();
    await app.comeBack();
    await started;
    expect(await app.end()).toEqual([]);
    expectSound(await deployment.judged('kill -9 and an edit while a circuit is open'));
  });
});
