import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';
import { clockOffBy, settableClock } from './support/skewed-clock.js';
import { lasting } from './support/waiting.js';

const server = await startServer();
const ahead = await clockOffBy(90);
const behind = await clockOffBy(-90);

describe('A host clock that is wrong', () => {
  it('by 90 s, ahead on one replica and behind on another, changes nothing', async () => {
    const envs = [{}, ahead, behind];
    const envOf = (place: number) => envs[place] ?? {};
    const deployment = await Deployment.start(server, { replicas: 3, leaseMs: 3_000, envOf });
    await lasting(inForm({ short: 8_000, long: 240_000 }));
    const judgement = await deployment.judged('host clocks off by +90 s and -90 s');
    expectSound(judgement);
    expect(judgement.doubled).toBe(0);
  });

  it('may be set by 90 s and back while a replica runs', async () => {
    const clock = await settableClock();
    const envOf = (place: number) => (place === 0 ? {} : clock.env);
    const deployment = await Deployment.start(server, { replicas: 2, leaseMs: 3_000, envOf });
    for (const seconds of inForm({ short: [90, -90], long: [90, -90, 0, 5, -3_600, 90, -90, 0] })) {
      await lasting(2_000);
      await deployment.during(async () => {
        clock.set(seconds);
        await lasting(3_000);
      });
    }
    await deployment.recover();
    const judgement = await deployment.judged('host clock set by 90 s while running');
    expectSound(judgement);
    expect(judgement.doubled).toBe(0);
  });
});
