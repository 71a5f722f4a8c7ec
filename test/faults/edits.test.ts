import type { Every } from './oracle/timeline.js';
import { Chance } from './support/chance.js';
import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { killAgainAndAgain } from './support/kills.js';
import { expectSound } from './support/report.js';
import { lasting } from './support/waiting.js';
import type { Workload } from './support/workload.js';

const server = await startServer();

/** The default: a restart that is in order must not make anybody wait for a lease. */
const RESTART_LEASE_MS = 60_000;
const KILL_LEASE_MS = 3_000;
const PATTERNS: readonly Every[] = ([1, 2, 3] as const).map((everyS) => ({
  kind: 'cron',
  everyS,
  offsetS: 0,
}));

describe('Edits, deactivations and deletes', () => {
  /** Changes one schedule after the other, at random, until told to stop. */
  function editing(workload: Workload, chance: Chance) {
    let isOver = false;
    const edit = async () => {
      const schedule = chance.oneOf(workload.calendar);
      const what = chance.between(0, 10);
      if (what < 7) await workload.edit(schedule, chance.oneOf(PATTERNS));
      else if (what < 9.5) await workload.deactivate(schedule);
      else await workload.delete(schedule);
    };
    const done = (async () => {
      while (!isOver) {
        await lasting(chance.between(100, 500));
        await edit();
      }
    })();
    return async () => {
      isOver = true;
      await done;
    };
  }

  it('during a rolling restart neither lose nor double a run', async () => {
    const chance = Chance.announced();
    const deployment = await Deployment.start(server, { replicas: 2, leaseMs: RESTART_LEASE_MS });
    const endEditing = editing(deployment.workload, chance);
    for (let rounds = 0; rounds < inForm({ short: 1, long: 8 }); rounds++) {
      for (const replica of deployment.replicas) {
        await lasting(2_000);
        await replica.stop();
        await replica.start();
      }
    }
    await lasting(2_000);
    await endEditing();
    const judgement = await deployment.judged('edits and deletes during a rolling restart');
    expectSound(judgement);
    expect(judgement.doubled).toBe(0);
  });

  it('while replicas are killed lose nothing', async () => {
    const chance = Chance.announced();
    const deployment = await Deployment.start(server, { replicas: 3, leaseMs: KILL_LEASE_MS });
    const endEditing = editing(deployment.workload, chance);
    await killAgainAndAgain(deployment, chance, inForm({ short: 2, long: 30 }));
    await endEditing();
    expectSound(await deployment.judged('edits and deletes while replicas are killed'));
  });
});
