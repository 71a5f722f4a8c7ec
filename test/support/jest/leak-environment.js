import { setTimeout as pause } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

/** How long a file's sockets and timers may take to go after its last test, on a machine with much else to do. */
const GRACE_MS = 15_000;

/**
 * The Node environment, which fails a test file that leaves something open: a socket, a server, a child process
 * or a timer that keeps the process alive is a fault of the product or of the test.
 */
export default class LeakEnvironment extends TestEnvironment {
  #before = count();

  async teardown() {
    await super.teardown();
    const until = performance.now() + GRACE_MS;
    let left = leftOver(this.#before);
    while (left.length > 0 && performance.now() < until) {
      await pause(5);
      left = leftOver(this.#before);
    }
    if (left.length > 0) {
      throw new Error(`This test file leaves open what keeps the process alive: ${left.join(', ')}.`);
    }
  }
}

/** How many of each kind of resource keep this process alive. */
function count() {
  const kinds = new Map();
  for (const kind of process.getActiveResourcesInfo()) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return kinds;
}

function leftOver(before) {
  return [...count()].filter(([kind, now]) => now > (before.get(kind) ?? 0)).map(([kind]) => kind);
}
