import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems hand out by themselves: nobody's connection or `listen(0)` gets one meanwhile. */
const [FIRST, LAST] = [20_000, 32_000];

let latest = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** Returns a port of 127.0.0.1 that nobody listens on, another one each time. */
export async function freePort(): Promise<number> {
  latest = latest === LAST ? FIRST : latest + 1;
  const port = latest;
  return (await isFree(port)) ? port : freePort();
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
