import { TooManyRequests } from './turns.js';

/** How long whoever finds no place is asked to wait. */
const RETRY_S = 5;

/** Lets so many pieces of work in at once, in this process, and only some of them for each of those who ask. */
export class Places {
  private readonly inside = new Map<string, number>();
  private taken = 0;

  constructor(
    private readonly most: number,
    private readonly mostOfOne: number,
    private readonly what: string,
  ) {}

  /** Does work in a place of who is named by `key`, and returns what it returns. Throws TooManyRequests where there is no place. */
  async hold<T>(key: string, work: () => Promise<T>): Promise<T> {
    const own = this.inside.get(key) ?? 0;
    if (this.taken >= this.most || own >= this.mostOfOne) throw new TooManyRequests(this.what, RETRY_S);
    this.count(key, 1);
    try {
      return await work();
    } finally {
      this.count(key, -1);
    }
  }

  private count(key: string, change: 1 | -1): void {
    this.taken += change;
    const own = (this.inside.get(key) ?? 0) + change;
    if (own > 0) this.inside.set(key, own);
    else this.inside.delete(key);
  }
}
