/** Lets so many pieces of work in at a time; the others wait in the order in which they came. */
export class Semaphore {
  private readonly waiting = new Set<() => void>();
  private inside = 0;

  constructor(private readonly places: number) {}

  /** Runs work once there is a place for it; throws `overdue` where there is none by `untilMs` (of `performance`). */
  async pass<T>(untilMs: number, overdue: Error, work: () => Promise<T>): Promise<T> {
    if (this.inside < this.places) this.inside++;
    else await this.wait(untilMs, overdue);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private wait(untilMs: number, overdue: Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(enter);
        reject(overdue);
      }, untilMs - performance.now());
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      this.waiting.add(enter);
    });
  }

  /** The place goes to who has waited longest. */
  private leave(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.inside--;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}
