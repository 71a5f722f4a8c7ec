import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_AFTER_MS = 10;
const LOOK_EVERY_MS = 50;

/** Comes between two looks at the same thing: a core that only looks is missed by the service that is looked at. */
export const beforeLookingAgain = () => pause(LOOK_AGAIN_AFTER_MS);

/** Resolves once a condition holds; throws, saying what was waited for, where it does not within so many milliseconds. */
export async function until(
  what: string,
  withinMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${withinMs} ms.`);
    await pause(LOOK_EVERY_MS);
  }
}
