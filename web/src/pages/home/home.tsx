import { useContext, useState } from 'preact/hooks';
import { OVERVIEW, type Overview } from '../../api/overview.js';
import { useResource } from '../../api/resource.js';
import { Late } from '../../controls/late.js';
import { PageProblem } from '../../controls/problem.js';
import { useNow } from '../../controls/use-now.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { PATHS } from '../../paths.js';
import { Outcomes } from '../../pictures/outcomes.js';
import { SessionContext, useSeesTenants } from '../../session.js';
import { HOME } from '../../texts/home.js';
import { later } from '../later.js';
import { addressOf } from '../runs/run-filter.js';
import { FailingNow } from './failing-now.js';
import { firstLine } from './first-line.js';
import { NextFirings } from './next-firings.js';
import { Operations } from './operations.js';

const EVERY_MS = 5_000;

const AwayNow = later(async () => (await import('../breakers/away-now.js')).AwayNow);
const FirstSteps = later(async () => (await import('./first-steps.js')).FirstSteps);

/** Whether all is well: what fails, what ran, and what comes next. */
export function Home() {
  const [isPaused, setPaused] = useState(false);
  const { body, asOf, error } = useResource<Overview>(OVERVIEW, { everyMs: EVERY_MS, isPaused });
  const now = useNow(!isPaused);
  if (!body && !error) {
    return (
      <Late>
        <Page title={HOME.title} isHome first={HOME.loading} />
      </Late>
    );
  }
  return (
    <Page
      title={HOME.title}
      isHome
      first={body ? firstLine(body) : HOME.notKnown}
      aside={<AsOf at={asOf} isPaused={isPaused} onPaused={setPaused} />}
    >
      <PageProblem error={error} hasBody={body !== undefined} />
      {body &&
        (body.jobs.total === 0 ? <NoJobs /> : <Panels overview={body} now={now} isPaused={isPaused} />)}
    </Page>
  );
}

function NoJobs() {
  const session = useContext(SessionContext);
  return session ? <FirstSteps grants={session.grants} /> : null;
}

interface PanelsProps {
  readonly overview: Overview;
  readonly now: number;
  readonly isPaused: boolean;
}

function Panels({ overview, now, isPaused }: PanelsProps) {
  const { outcomes, failing, next, operations, jobs } = overview;
  const isOfSeveral = useSeesTenants();
  return (
    <>
      <p class="lead home-jobs">
        <a href={PATHS.jobs}>{HOME.jobs(jobs.total, jobs.active)}</a>
      </p>
      <Outcomes
        steps={outcomes}
        isAbout={outcomes.isAbout}
        hrefOf={(from, to) => PATHS.runs + addressOf({ state: null, from, to, after: null })}
        name={outcomes.source === 'hours' ? HOME.lastDay : HOME.lastHour}
      />
      <div class="home-panels">
        <div class="home-now">
          <FailingNow failing={failing} isOfSeveral={isOfSeveral} />
          <AwayNow isPaused={isPaused} />
        </div>
        <NextFirings next={next} now={now} isOfSeveral={isOfSeveral} />
        <Operations operations={operations} />
      </div>
    </>
  );
}
