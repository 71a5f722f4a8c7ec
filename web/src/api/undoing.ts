import { send } from './request.js';

/** What was to be undone is not as it was left: somebody else changed it, or another tab did. */
export class ChangedMeanwhile extends Error {}

interface Undoing<T> {
  /** The route that tells how it is. */
  readonly path: string;
  /** Whether it still is as it was left. */
  readonly isStill: (now: T) => boolean;
  readonly undo: () => Promise<unknown>;
}

/**
 * Returns what takes back a change. It looks first, since the API knows no condition under which a change holds: what
 * was changed meanwhile is left as it is, by ChangedMeanwhile.
 */
export function undoing<T>({ path, isStill, undo }: Undoing<T>): () => Promise<void> {
  return async () => {
    const { body } = await send<T>(path);
    if (body === undefined || !isStill(body)) throw new ChangedMeanwhile();
    await undo();
  };
}
