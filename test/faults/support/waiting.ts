import { setTimeout as pause } from 'node:timers/promises';

/** Lets real time pass: how long a fault lasts, or how long the service is watched. Never a guess at how long something takes. */
export async function lasting(ms: number): Promise<void> {
  await pause(ms);
}
