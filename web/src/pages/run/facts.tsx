import type { Neighbour, RunDetail } from '../../api/runs.js';
import { CodeBlock } from '../../controls/code-block.js';
import { Fact } from '../../controls/fact.js';
import { Instant } from '../../controls/instant.js';
import { State } from '../../controls/run-state.js';
import { jobPath, runPath, schedulePath } from '../../paths.js';
import { RUNS } from '../../texts/runs.js';

const { run: WORDS } = RUNS;

/** Whose the run is, and who called. */
export function Facts({ run }: { readonly run: RunDetail }) {
  const { runId, job, scheduleId, tenant, origin, replica, originalAt, replayOf } = run;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{WORDS.facts}</h2>
      <CodeBlock name={WORDS.id} code={runId} />
      <dl class="facts facts-wide">
        <Fact name={WORDS.job}>
          <a href={jobPath(job.id)}>{job.name}</a>
        </Fact>
        <Fact name={WORDS.schedule}>
          <a href={schedulePath(job.id, scheduleId)}>{WORDS.scheduleLink}</a>
        </Fact>
        {tenant && <Fact name={WORDS.tenant}>{tenant.subdomain}</Fact>}
        <Fact name={WORDS.origin}>{WORDS.origins[origin]}</Fact>
        {originalAt !== undefined && (
          <Fact name={WORDS.standsFor}>
            <Instant at={originalAt} />
          </Fact>
        )}
        {replayOf !== undefined && (
          <Fact name={WORDS.replayOf}>
            <a href={runPath(replayOf)}>{WORDS.title(replayOf)}</a>
          </Fact>
        )}
        {replica && <Fact name={WORDS.replica}>{WORDS.replicaOf(replica.id, replica.name)}</Fact>}
      </dl>
    </section>
  );
}

/** The runs of the same schedule before and after. */
export function Neighbours({ run: { previous, next } }: { readonly run: RunDetail }) {
  return (
    <nav class="neighbours" aria-label={WORDS.neighbours}>
      <Beside name={WORDS.previous} run={previous} />
      <Beside name={WORDS.next} run={next} />
    </nav>
  );
}

function Beside({ name, run }: { readonly name: string; readonly run: Neighbour | null }) {
  if (!run) return <p class="quiet">{`${name}: ${WORDS.none}`}</p>;
  return (
    <a href={runPath(run.runId)}>
      <span>{name}</span>
      <Instant at={run.plannedAt} />
      <State state={run.state} />
    </a>
  );
}
