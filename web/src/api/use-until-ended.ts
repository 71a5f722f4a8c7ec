import { useEffect, useState } from 'preact/hooks';
import { round, useResource, type Resource } from './resource.js';

/** Where the service does not say when to ask again. */
const EVERY_MS = 1_000;

/** Something that was ordered, as far as it has come. */
interface Watched<T> extends Resource<T> {
  readonly hasEnded: boolean;
}

/** Watches something until it has ended, of which other parts of the page are then told too. */
export function useUntilEnded<T>(
  path: string,
  isEnd: (told: T) => boolean,
  onEnded?: (told: T) => void,
): Watched<T> {
  const [isOver, setOver] = useState(false);
  const watched = useResource<T>(path, { everyMs: EVERY_MS, isPaused: isOver });
  const { body } = watched;
  const hasEnded = body !== undefined && isEnd(body);
  useEffect(() => {
    if (!hasEnded) return;
    setOver(true);
    onEnded?.(body);
    round.set(round.get() + 1);
  }, [hasEnded]);
  return { ...watched, hasEnded };
}
