import { Route, Router, useLocation } from 'preact-iso/router';
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks';
import { Button } from '../controls/button.js';
import { Message } from '../controls/message.js';
import { arrive } from '../frame/arriving.js';
import { Page } from '../frame/page.js';
import { leavePage } from '../frame/status-bar.js';
import { PATHS } from '../paths.js';
import { TEXTS } from '../texts.js';
import { Held } from './held.js';
import { Home } from './home/home.js';
import { later } from './later.js';
import { NotFound } from './not-found/not-found.js';

const Jobs = later(async () => (await import('./jobs/jobs.js')).Jobs);
const Job = later(async () => (await import('./job/job.js')).Job);
const NewJob = later(async () => (await import('./editor/pages.js')).NewJob);
const BreakersPage = later(async () => (await import('./breakers/breakers.js')).BreakersPage);
const EditJob = later(async () => (await import('./editor/pages.js')).EditJob);
const NewSchedule = later(async () => (await import('./editor/pages.js')).NewSchedule);
const EditSchedule = later(async () => (await import('./editor/pages.js')).EditSchedule);
const PlanPage = later(async () => (await import('./plan/plan.js')).PlanPage);
const RunPage = later(async () => (await import('./run/run.js')).RunPage);
const Runs = later(async () => (await import('./runs/runs.js')).Runs);
const SigningKeysPage = later(async () => (await import('./signing-keys/signing-keys.js')).SigningKeysPage);
const SchedulePage = later(async () => (await import('./schedule/schedule.js')).SchedulePage);
const Tenant = later(async () => (await import('./tenant/tenant.js')).Tenant);
const Tenants = later(async () => (await import('./tenants/tenants.js')).Tenants);

/** The page of the address. A reader of screens goes on at its beginning. */
export function Pages() {
  // Whatever was thrown: Preact says `any`.
  const [failure, forget] = useErrorBoundary() as [unknown, () => void];
  if (failure !== undefined) return <Broken failure={failure} onLeave={forget} />;
  return (
    <Held>
      <Router onRouteChange={arrived}>
        <Route path={PATHS.home} component={Home} />
        <Route path={PATHS.jobs} component={Jobs} />
        <Route path={PATHS.newJob} component={NewJob} />
        <Route path={PATHS.job} component={Job} />
        <Route path={PATHS.editJob} component={EditJob} />
        <Route path={PATHS.newSchedule} component={NewSchedule} />
        <Route path={PATHS.editSchedule} component={EditSchedule} />
        <Route path={PATHS.schedule} component={SchedulePage} />
        <Route path={PATHS.run} component={RunPage} />
        <Route path={PATHS.runs} component={Runs} />
        <Route path={PATHS.runById} component={RunPage} />
        <Route path={PATHS.plan} component={PlanPage} />
        <Route path={PATHS.breakers} component={BreakersPage} />
        <Route path={PATHS.signingKeys} component={SigningKeysPage} />
        <Route path={PATHS.tenants} component={Tenants} />
        <Route path={PATHS.tenant} component={Tenant} />
        <Route default component={NotFound} />
      </Router>
    </Held>
  );
}

function arrived(): void {
  leavePage();
  arrive();
}

interface BrokenProps {
  readonly failure: unknown;
  /** Called when another page is asked for: what failed is this one. */
  readonly onLeave: () => void;
}

function Broken({ failure, onLeave }: BrokenProps) {
  const { errors } = TEXTS;
  const { url } = useLocation();
  const first = useRef(url);
  useEffect(() => {
    if (url !== first.current) onLeave();
  }, [url]);
  return (
    <Page title={errors.broken} first={errors.broken}>
      <p class="lead">{errors.brokenText}</p>
      <Message kind="error" title={String(failure)} isNews />
      <Button kind="emphasized" onPress={() => window.location.reload()}>
        {errors.reload}
      </Button>
    </Page>
  );
}
