import type { Held, RunDetail } from '../../api/runs.js';
import { Message } from '../../controls/message.js';
import { jobPath, schedulePath } from '../../paths.js';
import { useMayChange } from '../../session.js';
import { OWNERS } from '../../texts/causes.js';
import { RUNS } from '../../texts/runs.js';
import { causeOf } from './cause.js';
import { LinkedText } from './linked-text.js';
import { outcomeOf } from './outcome.js';

/** Why a run did not simply succeed, whose it is, and what to try. */
export function Why({ run }: { readonly run: RunDetail }) {
  const mayChange = useMayChange();
  if (run.held) return <WhyHeld run={run} by={run.held.by} />;
  if (run.state === 'SKIPPED') return <WhySkipped run={run} />;
  const cause = causeOf(outcomeOf(run));
  if (!cause) return null;
  const { what, owner, next, short } = cause;
  const isMild = run.state === 'ACK_NOT_RECVD' || run.state === 'SUCCESS' || owner === 'someone';
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

/** Why a run was left out, with the way to the run that it met. */
function WhySkipped({ run }: { readonly run: RunDetail }) {
  const { runId, job, scheduleId, transitions } = run;
  const reason = transitions.at(-1)?.text ?? '';
  return (
    <section aria-labelledby="why">
      <h2 id="why">{RUNS.run.whySkipped}</h2>
      <Message kind="information" title={RUNS.run.notCalled}>
        {reason !== '' && (
          <p>
            <LinkedText text={reason} runId={runId} />
          </p>
        )}
        <p>{RUNS.run.notFailed}</p>
        <a href={schedulePath(job.id, scheduleId)}>{RUNS.run.toSchedule}</a>
      </Message>
    </section>
  );
}

/** Why a run that is due is not called yet. */
function WhyHeld({ run, by }: { readonly run: RunDetail; readonly by: Held['by'] }) {
  const { what, next } = RUNS.run.held[by];
  return (
    <section aria-labelledby="why">
      <h2 id="why">{RUNS.run.whyHeld}</h2>
      <Message kind="information" title={what}>
        <p>{next}</p>
        <a href={jobPath(run.job.id)}>{RUNS.run.toHeld}</a>
      </Message>
    </section>
  );
}
