import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { Chance } from './support/chance.js';
import { killAgainAndAgain } from './support/kills.js';
import { LimitedSchedules } from './support/limited-schedules.js';
import { expectSound } from './support/report.js';

const server = await startServer();

describe('A replica that is killed', () => {
  it.each(inForm({ short: [2], long: [2, 3] }))(
    'again and again, one of %i, loses nothing',
    async (replicas) => {
      const chance = Chance.announced();
      const leaseMs = inForm({ short: 3_000, long: 10_000 });
      const deployment = await Deployment.start(server, { replicas, leaseMs });
      const limited = await LimitedSchedules.start(deployment, [3, 4, 5, 6, 7, 8]);
      await killAgainAndAgain(deployment, chance, inForm({ short: 3, long: 40 }));
      const judgement = await deployment.judged(`kill -9 of one of ${replicas}, repeated`);
      expectSound(judgement);
      expect(await limited.complaints()).toEqual([]);
      // What the killed ones held was called by others when their lease was over: there was something to lose.
      expect(judgement.worstLatenessMs).toBeGreaterThan(leaseMs / 3);
    },
  );
});
