import type { Chance } from './chance.js';
import type { Deployment } from './deployment.js';
import { lasting } from './waiting.js';

const LEAST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 3_000;

/**
 * Kills one replica after the other and starts its successor: at random moments, every other time one that holds
 * runs for later, so that a few kills, too, leave something behind.
 */
export async function killAgainAndAgain(
  deployment: Deployment,
  chance: Chance,
  times: number,
): Promise<void> {
  for (let kills = 0; kills < times; kills++) {
    await lasting(chance.between(LEAST_PAUSE_MS, MOST_PAUSE_MS));
    const victim = kills % 2 === 0 ? await deployment.busyOne() : chance.oneOf(deployment.running);
    await deployment.during(() => victim.kill());
    await victim.start();
  }
  await deployment.recover();
}
