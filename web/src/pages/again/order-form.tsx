import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { order, tryOrder, type Ordered } from '../../api/again.js';
import type { ManyResults } from '../../api/many-results.js';
import { useAction } from '../../api/use-action.js';
import { Button } from '../../controls/button.js';
import { Field } from '../../controls/field.js';
import { Select } from '../../controls/more-fields.js';
import { Problem } from '../../controls/problem.js';
import { AGAIN, type ManyWords } from '../../texts/again.js';

const PACES = ['1', '2', '5', '10', '20', '50'] as const;
type Pace = (typeof PACES)[number];
const COUNT = 'many-count';

/** What an order would do, and how it runs in words. */
interface Tried {
  readonly body: object;
  readonly results: ManyResults;
  readonly pace: string;
}

interface OrderFormProps {
  readonly words: ManyWords;
  readonly path: string;
  /** Returns what is ordered; null where something is filled in wrong, which is said there. */
  readonly read: () => object | null;
  /** In which order they run, in words; '' where that is not chosen. */
  readonly orderWords?: string;
  /** True where their number is to be typed. */
  readonly isTyped?: boolean;
  readonly onOrdered: (ordered: Ordered) => void;
  readonly children?: ComponentChildren;
}

/** Orders many runs: counts them first, says what follows, and only then starts them. What was counted holds as long as nothing else is filled in. */
export function OrderForm(props: OrderFormProps) {
  const { words, path, read, orderWords = '', isTyped = false, onOrdered, children } = props;
  const counting = useAction();
  const starting = useAction();
  const [pace, setPace] = useState<Pace>('5');
  const [tried, setTried] = useState<Tried | null>(null);
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  /** Goes up when something else is filled in, or the form is left: what was asked before is then of no use. */
  const edits = useRef(0);
  useEffect(() => () => void (edits.current += 1), []);
  const { matched = 0 } = tried?.results ?? {};
  const edit = ({ target }: Event) => {
    if ((target as HTMLElement).id === COUNT) return;
    edits.current += 1;
    setTried(null);
  };
  const count = async (body: object) => {
    const asked = edits.current;
    const isWanted = () => edits.current === asked;
    const results = await tryOrder(path, body, isWanted);
    if (results && isWanted()) setTried({ body, results, pace: AGAIN.pace(orderWords, pace) });
  };
  const run = ({ body }: Tried) => {
    const isRight = !isTyped || typed.replaceAll(',', '').trim() === String(matched);
    setWrong(!isRight);
    if (isRight) starting.start(async () => onOrdered(await order(path, body)));
    // What is wrong is read out with the field.
    else document.getElementById(COUNT)?.focus();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    // Enter in the field for the number means the button below it.
    if (tried && document.activeElement?.id === COUNT) return run(tried);
    const what = read();
    setTried(null);
    if (what) counting.start(() => count({ ...what, concurrency: Number(pace) }));
  };
  return (
    <form class="form" noValidate onSubmit={submit} onInput={edit}>
      <p>{words.text}</p>
      {children}
      <Select
        id="many-pace"
        label={AGAIN.concurrency}
        value={pace}
        onValue={setPace}
        options={PACES}
        hint={AGAIN.concurrencyHint}
      />
      <div class="actions">
        <Button kind={matched > 0 ? 'usual' : 'emphasized'} type="submit" isBusy={counting.isBusy}>
          {counting.isBusy ? AGAIN.counting : AGAIN.count}
        </Button>
      </div>
      <p role="status" class="many-count">
        {tried && (matched === 0 ? words.none : words.counted(tried.results, tried.pace))}
      </p>
      {counting.error && <Problem error={counting.error} isNews />}
      {matched > 0 && isTyped && (
        <Field
          id={COUNT}
          label={AGAIN.typeCount(matched)}
          value={typed}
          onValue={setTyped}
          error={isWrong ? AGAIN.mismatch(matched) : undefined}
        />
      )}
      {tried && matched > 0 && (
        <div class="actions">
          <Button kind="emphasized" isBusy={starting.isBusy} onPress={() => run(tried)}>
            {starting.isBusy ? AGAIN.starting : words.start(matched)}
          </Button>
        </div>
      )}
      {starting.error && <Problem error={starting.error} isNews />}
    </form>
  );
}
