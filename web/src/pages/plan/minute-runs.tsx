import { useEffect, useState } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import { runsRoute, type RunsPage } from '../../api/runs.js';
import { PageProblem } from '../../controls/problem.js';
import { Moment } from '../../controls/time.js';
import { jobPath, runPath } from '../../paths.js';
import { MINUTE_MS } from '../../pictures/heat-shape.js';
import { useSeesTenants } from '../../session.js';
import { HOME } from '../../texts/home.js';
import { PLAN } from '../../texts/plan.js';
import { questionOf } from '../runs/run-filter.js';

/** Whoever goes through the minutes by key passes many: asked for is the one at which they stay. */
const STAYED_MS = 300;
const SHOWN = 10;

interface MinuteRunsProps {
  readonly at: number;
  readonly count: number;
  /** Where all of them are listed. */
  readonly href: string;
}

/** The runs that are planned for a minute. They load and fail by themselves. */
export function MinuteRuns({ at, count, href }: MinuteRunsProps) {
  const isOfInstance = useSeesTenants();
  const stayed = useStayed(at);
  const filter = { state: 'planned', from: stayed, to: stayed + MINUTE_MS, after: null } as const;
  const { body, error } = useResource<RunsPage>(count === 0 ? null : runsRoute(questionOf(filter)));
  const isShown = stayed === at && count > 0;
  return (
    <section class="minute-runs" aria-labelledby="minute">
      <h2 id="minute">{PLAN.runsAt(at)}</h2>
      {count === 0 && <p class="quiet">{PLAN.noneAt}</p>}
      {isShown && <PageProblem error={error} hasBody={body !== undefined} />}
      {isShown && body && (
        <ol class="plain rows rows-timed">
          {body.results.slice(0, SHOWN).map(({ runId, dueAt, job, tenant }) => (
            <li key={runId}>
              <a class="row-time" href={runPath(runId)}>
                <Moment at={dueAt} isExact={dueAt % MINUTE_MS !== 0} />
              </a>
              <span class="row-head">
                <span>
                  <a href={jobPath(job.id)}>{job.name}</a>
                  {isOfInstance && tenant && <span class="quiet">{HOME.tenant(tenant.subdomain)}</span>}
                </span>
              </span>
            </li>
          ))}
        </ol>
      )}
      {count > 0 && (
        <p>
          <a href={href}>{PLAN.allAt(count)}</a>
        </p>
      )}
    </section>
  );
}

/** Returns the latest value that has stayed the same for a moment. */
function useStayed(value: number): number {
  const [stayed, setStayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setStayed(value), STAYED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return stayed;
}
