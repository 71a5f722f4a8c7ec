import type { LoopTurns } from './loop-turns.js';

/** Who waits for a place: a tenancy, by its row id; the service itself; or its upkeep, which may not wait for long. */
export type Holder = number | 'service' | 'upkeep';

/** What is asked for. Of turns with the same `alone` only one is inside at a time, whoever asks. */
export interface Turn {
  readonly holder: Holder;
  readonly alone?: string;
}

interface Waiting {
  readonly turn: Turn;
  readonly enter: () => void;
}

/**
 * Lets so many pieces of work in at a time, and shares the places out: a tenancy gets at most half of what the others
 * leave (always one), those that wait take turns whatever number of theirs waits, and upkeep gets half of the time. The
 * service itself may have every place.
 */
export class Turns {
  /** Who waits for what, in the order in which they are served: who was served goes to the end. */
  private readonly waiting = new Map<Holder, Set<Waiting>>();
  private readonly insideOf = new Map<Holder, number>();
  private readonly alone = new Set<string>();
  private taken = 0;
  /** For how long upkeep has worked since the latest work of others, and for how long that took, in milliseconds. */
  private upkeepMs = 0;
  private othersMs = 0;

  /** `loop` is given where all work runs in this process, one piece at a time. */
  constructor(
    private readonly places: number,
    private readonly loop: LoopTurns | null = null,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** How many are inside. */
  get inside(): number {
    return this.taken;
  }

  /** How many wait because every place is taken. Who waits beside a free place waits for others of its own kind. */
  get crowded(): number {
    if (this.taken < this.places) return 0;
    return [...this.waiting.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Runs work once it has a place; throws what `overdue` returns where it has none by `untilMs` (of `performance`). */
  async pass<T>(turn: Turn, untilMs: number, overdue: () => Error, work: () => Promise<T>): Promise<T> {
    if (this.mayEnter(turn)) this.admit(turn);
    else await this.wait(turn, untilMs, overdue);
    this.loop?.begin();
    const from = this.now();
    try {
      return await work();
    } finally {
      this.account(turn.holder, this.now() - from);
      await this.loop?.pause();
      this.leave(turn);
    }
  }

  private mayEnter({ holder, alone }: Turn): boolean {
    return this.hasRoom(holder) && (alone === undefined || !this.alone.has(alone));
  }

  private hasRoom(holder: Holder): boolean {
    if (this.taken >= this.places) return false;
    if (typeof holder !== 'number') return true;
    const own = this.insideOf.get(holder) ?? 0;
    const left = this.places - (this.taken - own);
    return own < Math.max(1, Math.floor(left / 2));
  }

  private admit({ holder, alone }: Turn): void {
    this.taken++;
    this.insideOf.set(holder, (this.insideOf.get(holder) ?? 0) + 1);
    if (alone !== undefined) this.alone.add(alone);
  }

  private account(holder: Holder, ms: number): void {
    if (holder === 'upkeep') this.upkeepMs += ms;
    else [this.upkeepMs, this.othersMs] = [0, ms];
  }

  private wait(turn: Turn, untilMs: number, overdue: () => Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.forget(waiting);
        reject(overdue());
      }, untilMs - performance.now());
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      const waiting = { turn, enter };
      const others = this.waiting.get(turn.holder) ?? new Set();
      this.waiting.set(turn.holder, others.add(waiting));
    });
  }

  private leave({ holder, alone }: Turn): void {
    this.taken--;
    const left = (this.insideOf.get(holder) ?? 0) - 1;
    if (left > 0) this.insideOf.set(holder, left);
    else this.insideOf.delete(holder);
    if (alone !== undefined) this.alone.delete(alone);
    for (let next = this.next(); next; next = this.next()) {
      this.forget(next);
      this.admit(next.turn);
      this.moveToEnd(next.turn.holder);
      next.enter();
    }
  }

  /** Returns who enters next, null where nobody who waits may. */
  private next(): Waiting | null {
    for (const holder of this.order()) {
      const found = this.hasRoom(holder) ? this.firstOf(holder) : null;
      if (found) return found;
    }
    return null;
  }

  private firstOf(holder: Holder): Waiting | null {
    for (const waiting of this.waiting.get(holder) ?? []) {
      if (this.mayEnter(waiting.turn)) return waiting;
    }
    return null;
  }

  /** Upkeep first, until it had as much time as the others before it: else a busy service would answer nobody. */
  private order(): Holder[] {
    const others = [...this.waiting.keys()].filter((holder) => holder !== 'upkeep');
    if (!this.waiting.has('upkeep')) return others;
    return this.upkeepMs >= this.othersMs ? [...others, 'upkeep'] : ['upkeep', ...others];
  }

  private forget(waiting: Waiting): void {
    const { holder } = waiting.turn;
    const others = this.waiting.get(holder);
    others?.delete(waiting);
    if (others?.size === 0) this.waiting.delete(holder);
  }

  private moveToEnd(holder: Holder): void {
    const rest = this.waiting.get(holder);
    if (!rest) return;
    this.waiting.delete(holder);
    this.waiting.set(holder, rest);
  }
}
