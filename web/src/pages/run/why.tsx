import type { RunDetail } from '../../api/runs.js';
import { Message } from '../../controls/message.js';
import { OWNERS } from '../../texts/causes.js';
import { RUNS } from '../../texts/runs.js';
import { causeOf } from './cause.js';
import { outcomeOf } from './outcome.js';

/** Why a run did not simply succeed, whose it is, and what to try. */
export function Why({ run }: { readonly run: RunDetail }) {
  const cause = causeOf(outcomeOf(run));
  if (!cause) return null;
  const { what, owner, next, short } = cause;
  const isOpen = run.state === 'ACK_NOT_RECVD' || run.state === 'SUCCESS';
  return (
    <section aria-labelledby="why">
      <h2 id="why">{RUNS.run.why}</h2>
      <Message
        kind={isOpen ? 'warning' : 'error'}
        title={`${short.charAt(0).toUpperCase()}${short.slice(1)}`}
      >
        <p>{what}</p>
        <p class="quiet">{OWNERS[owner]}</p>
        <ul class="tries">
          {next.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Message>
    </section>
  );
}
