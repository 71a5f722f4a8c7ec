import type { ManyRunsOperation } from '../../api/many-results.js';
import { send } from '../../api/request.js';
import { hasOperationEnded } from '../../api/types.js';
import { useAction } from '../../api/use-action.js';
import { useUntilEnded } from '../../api/use-until-ended.js';
import { Button } from '../../controls/button.js';
import { Problem } from '../../controls/problem.js';
import { AGAIN } from '../../texts/again.js';

interface ManyProgressProps {
  readonly path: string;
  readonly underWay: (count: number) => string;
  readonly href: string;
}

/** How far an order for many runs has come, how it is canceled, and what it came to. */
export function ManyProgress({ path, underWay, href }: ManyProgressProps) {
  const { body, error, hasEnded } = useUntilEnded<ManyRunsOperation>(path, hasOperationEnded);
  const { isBusy, error: notCanceled, start } = useAction();
  if (error && !body) return <Problem error={error} isNews isRetried />;
  const { done, total } = { done: 0, total: null, ...body?.progress };
  const cancel = async () => void (await send(`${path}/operations/cancel`, { method: 'POST' }));
  return (
    <div class="many-progress">
      {/* Read out when it begins and when it is over, and not with each run. */}
      <p role="status">{body && (hasEnded ? outcomeOf(body) : total !== null && underWay(total))}</p>
      {body && !hasEnded && total !== null && (
        <>
          <span class="row-progress">
            <progress value={done} max={Math.max(1, total)} aria-label={underWay(total)} />
            <span>{AGAIN.progress(done, total)}</span>
          </span>
          <div class="actions">
            <Button isBusy={isBusy} onPress={() => start(cancel)}>
              {isBusy ? AGAIN.canceling : AGAIN.cancel}
            </Button>
            <span class="quiet">{AGAIN.cancelMeans}</span>
          </div>
        </>
      )}
      {notCanceled && <Problem error={notCanceled} isNews />}
      {hasEnded && <a href={href}>{AGAIN.those}</a>}
    </div>
  );
}

function outcomeOf(operation: ManyRunsOperation): string {
  const { status } = operation;
  const results = operation['job-results'] ?? {};
  if (status === 'canceled') return AGAIN.canceled(results);
  const code = operation['job-status-code'] ?? 0;
  const isFine = code >= 200 && code < 300;
  return [isFine ? '' : results.message, AGAIN.done(results)].filter(Boolean).join(' ');
}
