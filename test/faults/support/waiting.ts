import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

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

/** Lets real time pass: how long a fault lasts, or how long the service is watched. Never a guess at how long something takes. */
export async function lasting(ms: number): Promise<void> {
  await pause(ms);
}
