import { useEffect, useRef, useState } from 'preact/hooks';
import { storeOf } from '../store.js';
import { exchange, Refusal, Unreachable } from './request.js';
import { hasEnded } from './signed-in.js';

/** Something of the service that a page shows, as it was last told. */
export interface Resource<T> {
  readonly body: T | undefined;
  readonly asOf: Date | null;
  readonly error: Refusal | Unreachable | null;
}

interface Watching {
  /** How often to ask, where not once. */
  readonly everyMs?: number;
  /** True where nothing is asked for by itself once there is something to show. */
  readonly isPaused?: boolean;
  /** True where the page, and not the reader, pauses and resumes it. */
  readonly isResumedByPage?: boolean;
  /** True for what is asked for again whenever a page that was hidden is looked at. */
  readonly isAskedOnSight?: boolean;
}

const NOTHING = { body: undefined, asOf: null, error: null } as const;
const RETRY_MS = 5_000;
const REFUSED_MS = 30_000;

/** True from a request without an answer until the next one with any. */
export const isLost = storeOf(false);
/** Goes up when everything shown should be asked for again. */
export const round = storeOf(0);

/** Asks for everything that is shown again, after a new sign-in. */
export function askAgain(): void {
  hasEnded.set(false);
  round.set(round.get() + 1);
}

/**
 * Returns a resource and keeps it up to date: every so often while the page is visible, later where the service says
 * when. While it is paused it is asked for until it has come, and then only when everything shown is, as after what
 * the reader did. What was told stays while something newer is asked for, and where that fails.
 */
export function useResource<T>(
  path: string | null,
  { everyMs, isPaused = false, isAskedOnSight = false, isResumedByPage = false }: Watching = {},
): Resource<T> {
  const key = String(path);
  const [state, setState] = useState<Resource<T> & { key: string }>({ ...NOTHING, key });
  const watch = useRef<Watch<T> | null>(null);
  useEffect(() => {
    if (path === null) return undefined;
    const started = new Watch<T>({ path, isAskedOnSight, isResumedByPage }, (change) =>
      setState((former) => ({ ...(former.key === key ? former : NOTHING), ...change, key })),
    );
    watch.current = started;
    return () => {
      watch.current = null;
      started.end();
    };
  }, [key]);
  useEffect(() => watch.current?.ask(isPaused ? undefined : everyMs), [key, everyMs, isPaused]);
  return state.key === key ? state : NOTHING;
}

/** One watch over one resource, from when a page shows it until it does not. */
class Watch<T> {
  private readonly ending = new AbortController();
  private everyMs: number | undefined;
  /** 0 while nothing is going to be asked by itself. */
  private timer = 0;
  /** True where it was time to ask while nobody looked. */
  private isOverdue = false;
  private etag: string | null = null;
  private isThere = false;
  private isAsking = false;
  /** True where something was asked for that the answer under way may not have yet. */
  private isWantedAgain = false;

  constructor(
    private readonly what: { path: string; isAskedOnSight: boolean; isResumedByPage: boolean },
    private readonly tell: (change: Partial<Resource<T>>) => void,
  ) {
    const { signal } = this.ending;
    signal.addEventListener(
      'abort',
      round.listen(() => void this.look(false)),
    );
    const see = () => {
      // What was refused and would be asked for every so often may be permitted by now.
      const hasStopped = this.everyMs !== undefined && this.timer === 0;
      if (this.isOverdue || hasStopped || what.isAskedOnSight) void this.look(true);
    };
    document.addEventListener('visibilitychange', see, { signal });
    window.addEventListener('online', () => this.timer !== 0 && void this.look(true), { signal });
  }

  /** Asks every so often from now on, or not by itself. What is not there yet is asked for in any case. */
  ask(everyMs: number | undefined): void {
    const isResumed = this.everyMs === undefined && everyMs !== undefined;
    this.everyMs = everyMs;
    if (!this.isThere) return void (this.isAsking || this.look(false));
    if (isResumed) return void this.look(this.what.isResumedByPage);
    if (everyMs === undefined) this.wait(undefined);
  }

  end(): void {
    this.wait(undefined);
    this.ending.abort();
  }

  private wait(ms: number | undefined): void {
    clearTimeout(this.timer);
    this.isOverdue = false;
    const isOver = ms === undefined || this.ending.signal.aborted;
    const poll = () => {
      this.timer = 0;
      void this.look(true);
    };
    this.timer = isOver ? 0 : window.setTimeout(poll, ms);
  }

  /** Asks once; what nobody asked for just now is a poll, and waits until somebody looks. */
  private async look(isPoll: boolean): Promise<void> {
    this.isOverdue = isPoll && document.hidden;
    if (this.isOverdue) return;
    if (this.isAsking) {
      this.isWantedAgain ||= !isPoll;
      return;
    }
    this.isAsking = true;
    this.wait(undefined);
    const waitMs = await this.answered(isPoll).finally(() => (this.isAsking = false));
    this.wait(waitMs);
    if (!this.isWantedAgain) return;
    this.isWantedAgain = false;
    if (!this.ending.signal.aborted) await this.look(false);
  }

  /** Asks, tells, and returns in how many milliseconds to ask again. */
  private async answered(isPoll: boolean): Promise<number | undefined> {
    const { signal } = this.ending;
    try {
      const { body, etag, asOf, retryAfterS } = await exchange<T>(this.what.path, {
        ...{ isPoll, etag: this.etag, signal },
      });
      isLost.set(false);
      this.etag = etag;
      this.isThere = true;
      this.tell({ ...(body !== undefined && { body }), asOf, error: null });
      return this.everyMs === undefined || retryAfterS === null ? this.everyMs : retryAfterS * 1_000;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
      isLost.set(error instanceof Unreachable);
      if (error instanceof Refusal && error.status === 401) hasEnded.set(true);
      this.tell({ error });
      return retryMs(error);
    }
  }
}

/** Returns when to ask again after a failure, undefined where asking again would not help. */
function retryMs(error: Refusal | Unreachable): number | undefined {
  if (error instanceof Unreachable) return RETRY_MS;
  if (error.retryAfterS !== null) return error.retryAfterS * 1_000;
  if (error.status >= 500) return RETRY_MS;
  // Who is suspended now may be resumed.
  return error.status === 403 ? REFUSED_MS : undefined;
}
