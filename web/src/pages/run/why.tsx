import type { RunDetail } from '../../api/runs.js';
import { Message } from '../../controls/message.js';
import { jobPath } from '../../paths.js';
import { useMayChange } from '../../session.js';
import { OWNERS } from '../../texts/causes.js';
import { RUNS } from '../../texts/runs.js';
import { causeOf } from './cause.js';
import { outcomeOf } from './outcome.js';

/** Why a run did not simply succeed, whose it is, and what to try. */
export function Why({ run }: { readonly run: RunDetail }) {
  const mayChange = useMayChange();
  const cause = causeOf(outcomeOf(run));
  if (!cause) return null;
  const { what, owner, next, short, kind } = cause;
  const isMild = run.state === 'ACK_NOT_RECVD' || run.state === 'SUCCESS' || kind === 'canceled';
  return (
    <section aria-labelledby="why">
      <h2 id="why">{RUNS.run.why}</h2>
      <Message
        kind={isMild ? 'warning' : 'error'}
        title={`${short.charAt(0).toUpperCase()}${short.slice(1)}`}
      >
        <p>{what}</p>
        <p>
          <strong>{RUNS.run.whose}</strong> {OWNERS[owner]}
        </p>
        <p>
          <strong>{RUNS.run.toTry}</strong>
        </p>
        <ul class="tries">
          {next.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {mayChange && <a href={jobPath(run.job.id)}>{RUNS.run.toJob}</a>}
      </Message>
    </section>
  );
}
