import { Injectable } from '@nestjs/common';

/** Calls functions periodically: a port, so that tests can trigger each call by hand. */
export abstract class Ticker {
  /** Calls `tick` every `ms` milliseconds until the returned function is called. Does not keep the process alive. */
  abstract every(ms: number, tick: () => void): () => void;
}

/** Uses the timers of the process. */
@Injectable()
export class TimerTicker extends Ticker {
  every(ms: number, tick: () => void): () => void {
    const timer = setInterval(tick, ms).unref();
    return () => clearInterval(timer);
  }
}
