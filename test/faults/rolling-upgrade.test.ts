import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { newerBuild } from './support/newer-build.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';

const server = await startServer();
const newer = newerBuild();

const LEASE_MS = 60_000;
const COLUMNS = `SELECT table_name AS t FROM information_schema.columns
  WHERE table_schema = DATABASE() AND column_name = 'what_is_to_come' ORDER BY 1`;

describe('A rolling upgrade under load to a version with a migration', () => {
  it('neither misses nor doubles a run, nor is late with one, and the old version does not come back', async () => {
    const deployment = await Deployment.start(server, { replicas: 2, leaseMs: LEASE_MS });
    const [first, second] = [deployment.replica(0), deployment.replica(1)];
    await lasting(inForm({ short: 1_500, long: 10_000 }));
    await first.stop();
    expect(await deployment.table.query(COLUMNS)).toEqual([]);
    await first.start({}, newer);
    // The schema is the newer one, and the old version works on.
    expect(await deployment.table.query(COLUMNS)).toEqual([{ t: 'run' }, { t: 'schedule' }]);
    const before = deployment.calls.length;
    await lasting(inForm({ short: 3_000, long: 20_000 }));
    expect(deployment.calls.length).toBeGreaterThan(before);
    expect(second.isServing).toBe(true);
    await second.stop();
    await expect(second.start()).rejects.toThrow('was changed by a newer version (up to 9999)');
    await second.start({}, newer);
    await lasting(inForm({ short: 2_000, long: 10_000 }));
    const judgement = await deployment.judged('rolling upgrade with a migration');
    expectSound(judgement);
    expect(judgement.doubled).toBe(0);
  });
});
