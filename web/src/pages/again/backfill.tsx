import { useRef, useState } from 'preact/hooks';
import { backfillRoute, type Ordered } from '../../api/again.js';
import { Choice } from '../../controls/more-fields.js';
import { schedulePath } from '../../paths.js';
import { AGAIN } from '../../texts/again.js';
import { serviceNow } from '../../time.js';
import { addressOf, fieldText, instantOf } from '../runs/run-filter.js';
import { TimeField } from '../runs/time-field.js';
import { ManyRuns } from './many-runs.js';
import { OrderForm } from './order-form.js';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const TIMES = ['from', 'to'] as const;

interface BackfillProps {
  readonly jobId: number;
  readonly scheduleId: string;
}

/** Makes up past times of a schedule. */
export function Backfill({ jobId, scheduleId }: BackfillProps) {
  const hrefOf = (from: number) =>
    schedulePath(jobId, scheduleId) + addressOf({ state: null, from, to: null, after: null });
  return (
    <ManyRuns
      words={AGAIN.backfill}
      hrefOf={hrefOf}
      form={(onOrdered) => <Range path={backfillRoute(jobId, scheduleId)} onOrdered={onOrdered} />}
    />
  );
}

/** The past times that are meant: at first those of the last 24 hours. */
function Range({ path, onOrdered }: { path: string; onOrdered: (ordered: Ordered) => void }) {
  const [times, setTimes] = useState(() => {
    const to = Math.floor(serviceNow() / MINUTE_MS) * MINUTE_MS;
    return { from: fieldText(to - DAY_MS), to: fieldText(to) };
  });
  const [faults, setFaults] = useState<{ from?: string; to?: string }>({});
  const [first, setFirst] = useState<keyof typeof AGAIN.orders>('oldest');
  const inputs = { from: useRef<HTMLInputElement>(null), to: useRef<HTMLInputElement>(null) };
  const read = () => {
    const [from, to] = [instantOf(times.from), instantOf(times.to)];
    const found = faultsOf(from, to);
    setFaults(found);
    const wrong = TIMES.find((name) => found[name]);
    if (wrong) inputs[wrong].current?.focus();
    if (wrong || from === null || to === null) return null;
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), order: first };
  };
  return (
    <OrderForm
      words={AGAIN.backfill}
      path={path}
      read={read}
      orderWords={AGAIN.orders[first]}
      onOrdered={onOrdered}
    >
      {TIMES.map((name) => (
        <TimeField
          key={name}
          id={`many-${name}`}
          label={AGAIN[name]}
          text={times[name]}
          error={faults[name]}
          input={inputs[name]}
          onTyped={({ text }) => setTimes((former) => ({ ...former, [name]: text }))}
        />
      ))}
      <Choice name="many-order" label={AGAIN.order} value={first} onValue={setFirst} options={AGAIN.orders} />
    </OrderForm>
  );
}

/** Returns what is wrong with the times. A time of which a part is typed is none. */
function faultsOf(from: number | null, to: number | null): { from?: string; to?: string } {
  if (from === null) return { from: AGAIN.noTime };
  if (to === null) return { to: AGAIN.noTime };
  if (to < from) return { to: AGAIN.notLater };
  return to > serviceNow() ? { to: AGAIN.future } : {};
}
