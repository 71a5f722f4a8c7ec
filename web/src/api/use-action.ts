import { useState } from 'preact/hooks';
import { Refusal, Unreachable } from './request.js';
import { hasEnded, round } from './resource.js';

/** Something that a button does, as far as it has come. */
export interface Action {
  readonly isBusy: boolean;
  readonly error: Refusal | Unreachable | null;
  readonly start: (work: () => Promise<void>) => void;
}

/** Returns an action that runs once at a time; afterwards everything shown is asked for again. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Refusal | Unreachable | null>(null);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
      round.set(round.get() + 1);
    } catch (failure) {
      if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
      if (failure instanceof Refusal && failure.status === 401) hasEnded.set(true);
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, error, start: (work) => void (isBusy || run(work)) };
}
