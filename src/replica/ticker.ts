import { Injectable } from '@nestjs/common';

/** What makes things happen again and again: a port, so that tests can let each moment come by hand. */
export abstract class Ticker {
  /** Calls `tick` every so many milliseconds until the returned function is called. Keeps no process alive. */
  abstract every(ms: number, tick: () => void): () => void;
}

/** Ticks by the timers of the process. */
@Injectable()
export class TimerTicker extends Ticker {
  every(ms: number, tick: () => void): () => void {
    const timer = setInterval(tick, ms).unref();
    return () => clearInterval(timer);
  }
}
