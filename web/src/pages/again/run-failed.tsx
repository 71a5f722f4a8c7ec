import { REPLAYS } from '../../api/again.js';
import { PATHS } from '../../paths.js';
import { useMayChange } from '../../session.js';
import { AGAIN } from '../../texts/again.js';
import { serviceNow } from '../../time.js';
import { rangeWords } from '../runs/count-words.js';
import { addressOf, isTurned, STATES, type RunFilter } from '../runs/run-filter.js';
import { ManyRuns } from './many-runs.js';
import { OrderForm } from './order-form.js';

/** Run logs are kept no longer. */
const KEPT_MS = 15 * 86_400_000;

interface RunFailedProps {
  readonly filter: RunFilter;
  /** Whether those of all tenants are meant. */
  readonly isOfAll: boolean;
}

/** Runs again what failed among the runs that are shown, for whoever may. */
export function RunFailed({ filter, isOfAll }: RunFailedProps) {
  const mayChange = useMayChange();
  const hasFailed = filter.state === null || filter.state === 'failed';
  if (!mayChange || !hasFailed || isTurned(filter)) return null;
  const words = { ...AGAIN.failed, text: AGAIN.failedText(rangeWords(filter), isOfAll) };
  const read = () => {
    const now = serviceNow();
    const wire = (at: number) => new Date(at).toISOString();
    // Both ends are meant by the service, and the page's own filter ends before the second one.
    const range = {
      from: wire(filter.from ?? now - KEPT_MS),
      to: wire(filter.to === null ? now : filter.to - 1),
    };
    return { filter: { runState: STATES.failed, ...range } };
  };
  return (
    <ManyRuns
      words={words}
      hrefOf={(from) => PATHS.runs + addressOf({ state: null, from, to: null, after: null })}
      form={(onOrdered) => (
        <OrderForm words={words} path={REPLAYS} read={read} isTyped onOrdered={onOrdered} />
      )}
    />
  );
}
