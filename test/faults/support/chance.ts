import { randomInt } from 'node:crypto';

/** Random choices that can be made again: the seed is printed, and CARILLON_FAULT_SEED sets it. */
export class Chance {
  private constructor(private state: number) {}

  static announced(): Chance {
    const seed = Number(process.env['CARILLON_FAULT_SEED'] ?? randomInt(2 ** 31));
    process.stderr.write(
      `The seed of the faults is ${seed} (CARILLON_FAULT_SEED=${seed} makes them again).\n`,
    );
    return new Chance(seed);
  }

  /** Returns a number in [from, to). */
  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  oneOf<Thing>(things: readonly Thing[]): Thing {
    const thing = things[Math.floor(this.next() * things.length)];
    if (thing === undefined) throw new Error('There is nothing to choose from.');
    return thing;
  }

  /** Mulberry32: small, and good enough to choose a moment. */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}
