import { breakerRoute } from '../../api/breakers.js';
import type { JobDetail } from '../../api/types.js';
import { Message } from '../../controls/message.js';
import { useNow } from '../../controls/use-now.js';
import { PATHS } from '../../paths.js';
import { BREAKERS_WORDS as words } from '../../texts/breakers.js';
import { wireInstant } from '../../time.js';
import { circuitsLine } from './first-line.js';
import { useCircuits } from './use-circuits.js';

/** That endpoints are away, where some are. */
export function AwayNow({ isPaused }: { readonly isPaused: boolean }) {
  const { body: circuits } = useCircuits(isPaused);
  const now = useNow(!isPaused);
  if (!circuits || circuits.length === 0) return null;
  return (
    <section aria-label={words.title}>
      <Message kind="warning" title={circuitsLine(circuits, now)}>
        <All>{words.toAll}</All>
      </Message>
    </section>
  );
}

interface AwayOfJobProps {
  readonly job: JobDetail;
  readonly isPaused: boolean;
}

/** That the endpoint of a job is away, where it is, and what that means for its runs. */
export function AwayOfJob({ job, isPaused }: AwayOfJobProps) {
  const { breaker } = job.settings;
  const { body: circuits } = useCircuits(isPaused, breakerRoute(job.id));
  const now = useNow(!isPaused);
  const circuit = circuits?.[0];
  if (!circuit) return null;
  const { origin, state, since, waiting, nextProbeAt } = circuit;
  if (state === 'releasing') {
    return <Message kind="information" title={words.jobBack(origin)} />;
  }
  const holdFor = typeof breaker === 'object' ? breaker.holdFor : undefined;
  return (
    <Message kind="warning" title={words.jobTitle(origin, wireInstant(since))}>
      <p>{words.jobText(waiting, nextProbeAt === null ? null : wireInstant(nextProbeAt), now)}</p>
      <p>{words.jobHold(holdFor ?? words.usualHold)}</p>
      <All>{words.toList}</All>
    </Message>
  );
}

const All = ({ children }: { readonly children: string }) => (
  <p>
    <a href={PATHS.breakers}>{children}</a>
  </p>
);
