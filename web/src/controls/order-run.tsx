import { useState } from 'preact/hooks';
import { order } from '../api/again.js';
import { hasOperationEnded, type Operation } from '../api/types.js';
import { useAction } from '../api/use-action.js';
import { useUntilEnded } from '../api/use-until-ended.js';
import { runPath } from '../paths.js';
import { ORDERED_RUN as words } from '../texts/ordered-run.js';
import { Button } from './button.js';
import { Problem } from './problem.js';

interface OrderRunProps {
  /** Of what makes the run. */
  readonly path: string;
  readonly onEnded?: (runId: string) => void;
  /** What is on the button. */
  readonly children: string;
}

/** A button that orders a run, and in its place what comes of it. */
export function OrderRun({ path, onEnded, children }: OrderRunProps) {
  const { isBusy, error, start } = useAction();
  const [operation, setOperation] = useState<string | null>(null);
  const begin = async () => {
    setOperation(null);
    setOperation((await order(path)).path);
  };
  return (
    <>
      <div class="actions">
        <Button icon="play" isBusy={isBusy} onPress={() => start(begin)}>
          {isBusy ? words.starting : children}
        </Button>
      </div>
      {error && <Problem error={error} isNews />}
      {operation !== null && <OrderedRun key={operation} path={operation} {...(onEnded && { onEnded })} />}
    </>
  );
}

/** What comes of a run that was ordered; `path` is that of the operation that waits for it. */
function OrderedRun({ path, onEnded }: Omit<OrderRunProps, 'children'>) {
  const runIdOf = (operation: Operation | undefined) => operation?.['job-results']?.['run-id'];
  const { body, error, hasEnded } = useUntilEnded<Operation>(path, hasOperationEnded, (operation) => {
    const runId = runIdOf(operation);
    if (runId !== undefined) onEnded?.(runId);
  });
  const runId = runIdOf(body);
  if (error && !body) return <Problem error={error} isNews />;
  return (
    <p>
      <span role="status">{body && hasEnded ? outcomeText(body) : words.waits}</span>{' '}
      {hasEnded && runId && <a href={runPath(runId)}>{words.open}</a>}
    </p>
  );
}

function outcomeText({ status, ...ended }: Operation): string {
  if (status === 'canceled') return words.canceled;
  const code = ended['job-status-code'] ?? 0;
  return code >= 200 && code < 300 ? words.done : words.failed(ended['job-results']?.message ?? '');
}
