/** Whose look-up it is: a tenancy, or null for the service itself. */
export type Asker = number | null;

/** A look-up that waits for its turn. */
interface Waiting {
  readonly hostname: string;
  readonly asker: Asker;
  isOver: boolean;
  readonly settle: (answer: Promise<readonly string[]>) => void;
}

/** Two of the four threads that the process has for such work: files and hashes need the others. */
const PLACES = 2;
const LIMIT_MS = 5_000;
const SLOW_FOR_MS = 60_000;
const MOST_WAITING = 100;

/** The system's own look-up, which occupies a thread until it ends, however long that takes. */
type LookUp = (hostname: string) => Promise<readonly string[]>;

/**
 * Shares out the few look-ups that the system makes at a time. An asker has one of them at a time, the askers take
 * turns, and those whose name servers did not answer within the last minute have one place together: a tenant's
 * silent names delay that tenant's look-ups. A look-up ends for its asker after a time limit, its wait included; its
 * thread stays occupied until the system gives up.
 */
export class SystemLookups {
  private readonly lanes = new Map<Asker, Waiting[]>();
  private readonly running = new Set<Asker>();
  /** When each asker is trusted again to have names that are answered. */
  private readonly slowUntil = new Map<Asker, number>();

  constructor(
    private readonly lookUp: LookUp,
    private readonly limitMs = LIMIT_MS,
  ) {}

  /** Returns the addresses of a name. Rejects as the system does, and with ETIMEOUT when the time is over. */
  ask(hostname: string, asker: Asker): Promise<readonly string[]> {
    return new Promise((resolve) => {
      const lane = this.lanes.get(asker) ?? [];
      if (lane.length >= MOST_WAITING) return resolve(Promise.reject(timedOut(hostname)));
      const limit = setTimeout(() => this.expire(waiting), this.limitMs).unref();
      const waiting: Waiting = {
        hostname,
        asker,
        isOver: false,
        settle: (answer) => {
          clearTimeout(limit);
          resolve(answer);
        },
      };
      lane.push(waiting);
      this.lanes.set(asker, lane);
      this.proceed();
    });
  }

  private expire(waiting: Waiting): void {
    waiting.isOver = true;
    const { asker, hostname } = waiting;
    const lane = this.lanes.get(asker);
    const place = lane?.indexOf(waiting) ?? -1;
    if (place >= 0) lane?.splice(place, 1);
    else this.slowUntil.set(asker, performance.now() + SLOW_FOR_MS);
    if (lane?.length === 0) this.lanes.delete(asker);
    waiting.settle(Promise.reject(timedOut(hostname)));
  }

  private proceed(): void {
    while (this.running.size < PLACES) {
      const asker = this.nextAsker();
      if (asker === undefined) return;
      const lane = this.lanes.get(asker) ?? [];
      const next = lane.shift();
      // The asker's next turn comes after those of all others.
      this.lanes.delete(asker);
      if (lane.length > 0) this.lanes.set(asker, lane);
      if (next !== undefined) this.run(next);
    }
  }

  private nextAsker(): Asker | undefined {
    const isSlowRunning = [...this.running].some((asker) => this.isSlow(asker));
    for (const asker of this.lanes.keys()) {
      if (!this.running.has(asker) && !(isSlowRunning && this.isSlow(asker))) return asker;
    }
    return undefined;
  }

  private isSlow(asker: Asker): boolean {
    const until = this.slowUntil.get(asker);
    if (until === undefined) return false;
    if (until > performance.now() || this.running.has(asker)) return true;
    this.slowUntil.delete(asker);
    return false;
  }

  private run(waiting: Waiting): void {
    const { asker, hostname } = waiting;
    this.running.add(asker);
    const answer = this.lookUp(hostname);
    const ended = () => {
      this.running.delete(asker);
      if (!waiting.isOver) waiting.settle(answer);
      this.proceed();
    };
    answer.then(ended, ended);
  }
}

function timedOut(hostname: string): Error {
  return Object.assign(new Error(`No name server answered for '${hostname}' within the time limit.`), {
    code: 'ETIMEOUT',
  });
}
