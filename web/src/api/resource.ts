import { useEffect, useState } from 'preact/hooks';
import { storeOf } from '../store.js';
import { Refusal, send, Unreachable } from './request.js';

/** Something of the service that a page shows, as it was last told. */
export interface Resource<T> {
  readonly body: T | undefined;
  readonly asOf: Date | null;
  readonly error: Refusal | Unreachable | null;
}

/** How often to ask, where not once; and whether not to ask. */
type Watching = { everyMs?: number; isPaused?: boolean };

const NOTHING = { body: undefined, asOf: null, error: null } as const;
const RETRY_MS = 5_000;

/** True from a request without an answer until the next one with any. */
export const isLost = storeOf(false);
/** True from an answer that nobody is signed in until somebody is. */
export const hasEnded = storeOf(false);
/** Goes up when everything shown should be asked for again. */
export const round = storeOf(0);

/** Asks for everything that is shown again, after a new sign-in. */
export function askAgain(): void {
  hasEnded.set(false);
  round.set(round.get() + 1);
}

/**
 * Returns a resource and keeps it up to date: every so often while the page is visible, later where the service says
 * when. While it is paused it is asked for only when everything shown is, as after what the reader did. What was told stays while something newer is asked for, and where that fails.
 */
export function useResource<T>(
  path: string | null,
  { everyMs, isPaused = false }: Watching = {},
): Resource<T> {
  const key = String(path);
  const [state, setState] = useState<Resource<T> & { key: string }>({ ...NOTHING, key });
  useEffect(() => {
    if (path === null) return undefined;
    const watch = new Watch<T>({ path, everyMs, isPaused }, (change) =>
      setState((former) => ({ ...(former.key === key ? former : NOTHING), ...change, key })),
    );
    return () => watch.end();
  }, [key, everyMs, isPaused]);
  return state.key === key ? state : NOTHING;
}

/** One watch over one resource, from when a page shows it until it does not. */
class Watch<T> {
  private readonly ending = new AbortController();
  /** 0 while nothing is going to be asked by itself. */
  private timer = 0;
  private etag: string | null = null;
  private isAsking = false;
  /** True where something was asked for that the answer under way may not have yet. */
  private isWantedAgain = false;

  constructor(
    private readonly what: { path: string; everyMs: number | undefined; isPaused: boolean },
    private readonly tell: (change: Partial<Resource<T>>) => void,
  ) {
    const { signal } = this.ending;
    const again = () => void this.ask(false);
    signal.addEventListener('abort', round.listen(again));
    if (what.isPaused) return;
    // A hidden page is not kept up to date: it asks when it is looked at again.
    document.addEventListener('visibilitychange', () => this.timer === 0 && void this.ask(true), { signal });
    window.addEventListener('online', again, { signal });
    again();
  }

  end(): void {
    clearTimeout(this.timer);
    this.ending.abort();
  }

  private async ask(isPoll: boolean): Promise<void> {
    if (isPoll && document.hidden) return;
    if (this.isAsking) {
      this.isWantedAgain ||= !isPoll;
      return;
    }
    this.isAsking = true;
    clearTimeout(this.timer);
    const waitMs = await this.answered(isPoll).finally(() => (this.isAsking = false));
    const isOver = waitMs === undefined || this.ending.signal.aborted;
    const poll = () => {
      this.timer = 0;
      void this.ask(true);
    };
    this.timer = isOver ? 0 : window.setTimeout(poll, waitMs);
    if (!this.isWantedAgain) return;
    this.isWantedAgain = false;
    if (!this.ending.signal.aborted) await this.ask(false);
  }

  /** Asks, tells, and returns in how many milliseconds to ask again. */
  private async answered(isPoll: boolean): Promise<number | undefined> {
    const { path, everyMs, isPaused } = this.what;
    const { signal } = this.ending;
    try {
      const { body, etag, asOf } = await send<T>(path, { isPoll, etag: this.etag, signal });
      isLost.set(false);
      this.etag = etag;
      this.tell({ ...(body !== undefined && { body }), asOf, error: null });
      return isPaused ? undefined : everyMs;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
      isLost.set(error instanceof Unreachable);
      if (error instanceof Refusal && error.status === 401) hasEnded.set(true);
      this.tell({ error });
      return isPaused ? undefined : retryMs(error);
    }
  }
}

/** Returns when to ask again after a failure, undefined where asking again would not help. */
function retryMs(error: Refusal | Unreachable): number | undefined {
  if (error instanceof Unreachable) return RETRY_MS;
  if (error.retryAfterS !== null) return error.retryAfterS * 1_000;
  return error.status >= 500 ? RETRY_MS : undefined;
}
