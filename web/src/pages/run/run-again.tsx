import { replayRoute } from '../../api/again.js';
import { hasRunEnded, type RunDetail } from '../../api/runs.js';
import { OrderRun } from '../../controls/order-run.js';
import { useMayChange } from '../../session.js';
import { RUNS } from '../../texts/runs.js';

const { again: words } = RUNS.run;

/** Runs a run that has ended once more, with the data that it had, and says in place what comes of it. */
export function RunAgain({ run }: { readonly run: RunDetail }) {
  const mayChange = useMayChange();
  if (!mayChange || !hasRunEnded(run.state)) return null;
  return (
    <section aria-labelledby="again">
      <h2 id="again">{words.title}</h2>
      <p class="quiet">{words.means[run.action](run.originalAt ?? run.plannedAt)}</p>
      <OrderRun path={replayRoute(run)}>{words.run[run.action]}</OrderRun>
    </section>
  );
}
