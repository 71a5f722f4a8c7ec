import { useState } from 'preact/hooks';

/** What a page shows of something that keeps changing. */
export interface Taken<T> {
  /** What was told first, or what was taken in since. While another list is asked for, the former one stays. */
  readonly shown: T | undefined;
  /** True while `shown` is of another list than the one that is asked for. */
  readonly isFormer: boolean;
  /** Takes in what is newest. */
  readonly take: () => void;
}

/**
 * Keeps what a reader looks at in its place: what comes later is taken in on request, another `key` by itself, and so is
 * whatever comes where `isEmpty` says that nothing is shown that could be read.
 */
export function useTaken<T>(
  latest: T | undefined,
  key: string,
  isEmpty: (shown: T) => boolean = () => false,
): Taken<T> {
  const [taken, setTaken] = useState<{ key: string; body: T } | null>(null);
  const isWanted =
    latest !== undefined && (taken?.key !== key || (taken.body !== latest && isEmpty(taken.body)));
  const now = isWanted ? { key, body: latest } : taken;
  // Drawn again at once by Preact: the state follows what is asked for.
  if (isWanted) setTaken(now);
  return {
    shown: now?.body,
    isFormer: now !== null && now.key !== key,
    take: () => latest !== undefined && setTaken({ key, body: latest }),
  };
}
