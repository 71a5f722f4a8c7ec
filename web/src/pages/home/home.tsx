import { useContext, useState } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import type { JobsPage } from '../../api/types.js';
import { Late } from '../../controls/late.js';
import { PageProblem } from '../../controls/problem.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { SERVICE_PATHS } from '../../paths.js';
import { SessionContext } from '../../session.js';
import { TEXTS } from '../../texts.js';
import { FirstSteps } from './first-steps.js';

const JOBS = '/scheduler/jobs?page_size=1';
const EVERY_MS = 5_000;

/** How many jobs there are, and what to do where there are none. */
export function Home() {
  const session = useContext(SessionContext);
  const [isPaused, setPaused] = useState(false);
  const { body, asOf, error } = useResource<JobsPage>(JOBS, { everyMs: EVERY_MS, isPaused });
  const { home } = TEXTS;
  if (!body && !error) {
    return (
      <Late>
        <Page title={home.title} isHome first={home.counting} />
      </Late>
    );
  }
  return (
    <Page
      title={home.title}
      isHome
      first={body ? home.jobs(body.total) : home.notCounted}
      aside={<AsOf at={asOf} isPaused={isPaused} onPaused={setPaused} />}
    >
      <PageProblem error={error} hasBody={body !== undefined} />
      {body && body.total > 0 && <p class="lead">{home.some}</p>}
      {body?.total === 0 && session && <FirstSteps grants={session.grants} />}
      <section aria-labelledby="api">
        <h2 id="api">{home.api}</h2>
        <ul class="plain cards">
          <li>
            <a href={SERVICE_PATHS.apiDocument}>
              <strong>{home.apiDocument}</strong>
              <span>{home.apiDocumentText}</span>
            </a>
          </li>
          <li>
            <a href={SERVICE_PATHS.openApi}>
              <strong>{home.openApi}</strong>
              <span>{home.openApiText}</span>
            </a>
          </li>
        </ul>
      </section>
    </Page>
  );
}
