import { setTimeout as pause } from 'node:timers/promises';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';
import { makeWorld } from './world.js';

/** How long a file's sockets and timers may take to go after its last test, on a machine with much else to do. */
const GRACE_MS = 15_000;
/** What the test framework, which is loaded anew for each file, leaves in the realm: the file's tests, with all they hold. */
const OF_FRAMEWORK =
  /^(JEST_STATE_SYMBOL|EVENT_HANDLERS|TEST_TIMEOUT_SYMBOL|RETRY_.*|LOG_ERRORS_BEFORE_RETRY|WAIT_BEFORE_RETRY)$/;

/** The realm of this worker, in which the modules that outlive a file are (shared-runtime.cjs). */
let shared = null;

/**
 * A Node environment, which fails a test file that leaves something open: a socket, a server, a child process
 * or a timer that keeps the process alive is a fault of the product or of the test. A file that is about what the
 * product keeps as long as its process begins with `@jest-environment-options {"fresh": true}`: then nothing was
 * before it.
 */
export default class LeakEnvironment {
  #before = count();
  #process;
  fakeTimers = null;

  constructor({ globalConfig: { watch, watchAll }, projectConfig }) {
    // Who watches changes the product between two runs.
    this.isFresh = projectConfig.testEnvironmentOptions.fresh === true || watch || watchAll;
    this.global = this.isFresh ? makeWorld() : (shared ??= makeWorld());
    this.moduleMocker = new ModuleMocker(this.global);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: this.global });
    const { env, exit } = this.global.process;
    this.#process = { env: { ...env }, exit };
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    this.#restore();
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

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return this.global;
  }

  /** Leaves the realm as the file found it. */
  #restore() {
    const { process } = this.global;
    // What is shared, such as the logger, would go on being spied on for the files that follow.
    this.moduleMocker.restoreAllMocks();
    for (const name of Object.keys(process.env)) if (!(name in this.#process.env)) delete process.env[name];
    Object.assign(process.env, this.#process.env);
    process.exit = this.#process.exit;
    for (const symbol of Object.getOwnPropertySymbols(this.global)) {
      if (OF_FRAMEWORK.test(symbol.description ?? '')) delete this.global[symbol];
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
