import { Ticker } from '../../src/replica/ticker.js';

/** Lets each moment come by hand: nothing periodic happens until a test says that the time has come. */
export class ManualTicker extends Ticker {
  private readonly ticks = new Set<{ readonly ms: number; readonly tick: () => void }>();

  every(ms: number, tick: () => void): () => void {
    const each = { ms, tick };
    this.ticks.add(each);
    return () => this.ticks.delete(each);
  }

  /** The paces that are kept, shortest first. */
  get paces(): number[] {
    return [...this.ticks].map(({ ms }) => ms).sort((a, b) => a - b);
  }

  /** Lets the moment come of everything that happens at this pace. */
  tick(everyMs: number): void {
    for (const { ms, tick } of this.ticks) if (ms === everyMs) tick();
  }
}
