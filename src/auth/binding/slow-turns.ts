import { Injectable } from '@nestjs/common';
import { TurnQueue, type TurnPlace } from '../../core/turn-queue.js';
import { TooManyAttempts } from './failed-attempts.js';

/** So many hashes wait at most: about eight seconds of work. */
const MOST_WAITING = 200;
/** How long whoever finds the queue full is asked to wait. */
const FULL_RETRY_S = 10;

interface Waiting {
  start(): Promise<void>;
  refuse(error: Error): void;
}

/**
 * Lets one slow hash run at a time, in turns: whoever tries many secrets at once waits for its own attempts, and a
 * core and the threads of Node.js stay free for the dispatch.
 */
@Injectable()
export class SlowTurns {
  private readonly queue = new TurnQueue<Waiting>(MOST_WAITING);
  private isBusy = false;

  /** Runs the work in its turn and returns what it returns. Throws TooManyAttempts where it has to leave a full queue. */
  run<T>(place: TurnPlace, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const start = () => work().then(resolve, reject);
      const leaving = this.queue.add(place, { start, refuse: reject });
      leaving?.refuse(new TooManyAttempts(FULL_RETRY_S));
      this.goOn();
    });
  }

  private goOn(): void {
    if (this.isBusy) return;
    const next = this.queue.next();
    if (!next) return;
    this.isBusy = true;
    void next.start().finally(() => {
      this.isBusy = false;
      this.goOn();
    });
  }
}
