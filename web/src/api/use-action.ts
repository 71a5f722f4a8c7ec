import { useState } from 'preact/hooks';
import { mayBeDone, Refusal, Unreachable } from './failure.js';
import { round } from './resource.js';

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
      // Whether it was done is seen on the page.
      if (mayBeDone(failure)) round.set(round.get() + 1);
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, error, start: (work) => void (isBusy || run(work)) };
}
