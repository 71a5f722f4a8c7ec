import { useState } from 'preact/hooks';
import { replayRoute } from '../../api/again.js';
import { send } from '../../api/request.js';
import { hasRunEnded, type RunDetail } from '../../api/runs.js';
import { useAction } from '../../api/use-action.js';
import { Button } from '../../controls/button.js';
import { OrderedRun } from '../../controls/ordered-run.js';
import { Problem } from '../../controls/problem.js';
import { useMayChange } from '../../session.js';
import { ORDERED_RUN } from '../../texts/ordered-run.js';
import { RUNS } from '../../texts/runs.js';

const { again: words } = RUNS.run;

/** Runs a run that has ended once more, with the data that it had, and says in place what comes of it. */
export function RunAgain({ run }: { readonly run: RunDetail }) {
  const mayChange = useMayChange();
  const { isBusy, error, start } = useAction();
  const [operation, setOperation] = useState<string | null>(null);
  if (!mayChange || !hasRunEnded(run.state)) return null;
  const begin = async () => {
    setOperation(null);
    const { body } = await send<{ 'job-uri': string }>(replayRoute(run), { method: 'POST' });
    setOperation(body?.['job-uri'] ?? null);
  };
  return (
    <section aria-labelledby="again">
      <h2 id="again">{words.title}</h2>
      <p class="quiet">{words.means[run.action](run.originalAt ?? run.plannedAt)}</p>
      <div class="actions">
        <Button icon="play" isBusy={isBusy} onPress={() => start(begin)}>
          {isBusy ? ORDERED_RUN.starting : words.run[run.action]}
        </Button>
      </div>
      {error && <Problem error={error} isNews />}
      {operation !== null && <OrderedRun key={operation} path={operation} />}
    </section>
  );
}
