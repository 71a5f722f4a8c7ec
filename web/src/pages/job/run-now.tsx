import { useEffect, useState } from 'preact/hooks';
import { send } from '../../api/request.js';
import { round, useResource } from '../../api/resource.js';
import { useAction } from '../../api/use-action.js';
import type { Operation } from '../../api/types.js';
import { Button } from '../../controls/button.js';
import { Problem } from '../../controls/problem.js';
import { runPath } from '../../paths.js';
import { TEXTS } from '../../texts.js';

const EVERY_MS = 1_000;
const { job: texts } = TEXTS;

/** Runs a schedule now, and says in place what comes of it. */
export function RunNow({ path }: { readonly path: string }) {
  const { isBusy, error, start } = useAction();
  const [operation, setOperation] = useState<string | null>(null);
  const begin = async () => {
    setOperation(null);
    const { body } = await send<{ 'job-uri': string }>(path, { method: 'POST' });
    setOperation(body?.['job-uri'] ?? null);
  };
  return (
    <div class="run-now">
      <Button icon="play" isBusy={isBusy} onPress={() => start(begin)}>
        {isBusy ? texts.starting : texts.runNow}
      </Button>
      {error && <Problem error={error} isNews />}
      {operation !== null && <Progress key={operation} path={operation} />}
    </div>
  );
}

function Progress({ path }: { readonly path: string }) {
  const [isOver, setOver] = useState(false);
  const { body, error } = useResource<Operation>(path, { everyMs: EVERY_MS, isPaused: isOver });
  const hasEnded = body?.status === 'complete' || body?.status === 'canceled';
  useEffect(() => {
    if (!hasEnded) return;
    setOver(true);
    // What it came to is shown elsewhere on the page too.
    round.set(round.get() + 1);
  }, [hasEnded]);
  const runId = body?.['job-results']?.['run-id'];
  if (error && !body) return <Problem error={error} isNews />;
  return (
    <p>
      <span role="status">{body && hasEnded ? outcomeText(body) : texts.runWaits}</span>{' '}
      {hasEnded && runId && <a href={runPath(runId)}>{texts.openRun}</a>}
    </p>
  );
}

function outcomeText({ status, ...ended }: Operation): string {
  if (status === 'canceled') return texts.runCanceled;
  const code = ended['job-status-code'] ?? 0;
  return code >= 200 && code < 300 ? texts.runDone : texts.runFailed(ended['job-results']?.message ?? '');
}
