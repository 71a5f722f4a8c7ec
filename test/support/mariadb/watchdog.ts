import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';

/** A small process that cleans up when its owner is gone: killed or crashed owners cannot do it themselves. */
export interface Watchdog {
  /** Names the server that the clean-up ends; null while none runs. */
  watch(pid: number | null): void;
  /** Runs the clean-up now and returns when it is done. */
  dismiss(): Promise<void>;
}

/**
 * Starts a watchdog. It reads the pid to watch from its standard input, which closes when the owner ends in
 * whatever way; then it runs `cleanup`, shell words in which `$server` is the last pid that it was told.
 */
export function startWatchdog(cleanup: string): Watchdog {
  const script = `server=; while read -r line; do server=$line; done; { ${cleanup}; } >/dev/null 2>&1`;
  // A session of its own, so that the Ctrl-C that ends the owner does not end it.
  const dog = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // Neither keeps its owner alive: an owner with nothing else to do ends, and then the clean-up runs.
  dog.unref();
  (dog.stdin as Socket).unref();
  return {
    watch: (pid) => dog.stdin.write(`${pid ?? ''}\n`),
    dismiss: async () => {
      if (dog.exitCode !== null) return;
      const ended = once(dog, 'exit');
      dog.ref();
      dog.stdin.end();
      await ended;
    },
  };
}
