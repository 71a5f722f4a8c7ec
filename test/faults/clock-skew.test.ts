import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';
import { clockOffBy } from './support/skewed-clock.js';
import { lasting } from './support/waiting.js';

const server = await startServer();
const ahead = await clockOffBy(90);
const behind = await clockOffBy(-90);

describe('A host clock that is wrong', () => {
  it('by 90 s, ahead on one replica and behind on another, changes nothing', async () => {
    const envs = [{}, ahead, behind];
    const envOf = (place: number) => envs[place] ?? {};
    const deployment = await Deployment.start(server, { replicas: 3, leaseMs: 3_000, envOf });
    await lasting(inForm({ short: 12_000, long: 240_000 }));
    const judgement = await deployment.judged('host clocks off by +90 s and -90 s');
    expectSound(judgement);
    expect(judgement.doubled).toBe(0);
  });
});
