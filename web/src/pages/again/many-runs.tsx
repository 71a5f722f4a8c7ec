import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Ordered } from '../../api/again.js';
import { Button } from '../../controls/button.js';
import { Dialog } from '../../controls/dialog.js';
import type { ManyWords } from '../../texts/again.js';
import { ManyProgress } from './many-progress.js';
import './again.css';

interface ManyRunsProps {
  readonly words: ManyWords;
  /** What is filled in, and what is told once an order was taken. */
  readonly form: (onOrdered: (ordered: Ordered) => void) => ComponentChildren;
  /** Where the runs are listed that an order makes. */
  readonly hrefOf: (startedAt: number) => string;
}

/** A button that opens an order for many runs, and in its place how far such an order has come. */
export function ManyRuns({ words, form, hrefOf }: ManyRunsProps) {
  const [isOpen, setOpen] = useState(false);
  const [ordered, setOrdered] = useState<Ordered | null>(null);
  const take = (taken: Ordered) => {
    setOrdered(taken);
    setOpen(false);
  };
  return (
    <div class="many-runs">
      <Button onPress={() => setOpen(true)}>{words.open}</Button>
      {ordered && (
        <ManyProgress
          key={ordered.path}
          path={ordered.path}
          underWay={words.underWay}
          href={hrefOf(ordered.at.getTime())}
        />
      )}
      <Dialog title={words.title} isOpen={isOpen} onClose={() => setOpen(false)}>
        {form(take)}
      </Dialog>
    </div>
  );
}
