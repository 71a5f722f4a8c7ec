import { runPath } from '../../../web/src/paths.js';
import { fieldText } from '../../../web/src/pages/runs/run-filter.js';
import type { Dashboard } from './dashboard.js';
import type { CauseStage } from './run-cause-stage.js';
import type { RunStage } from './run-stage.js';
import type { Visit } from './visit.js';

export type WholeRunStage = RunStage & { readonly causes: CauseStage };

interface CauseScene {
  readonly name: string;
  readonly first: RegExp;
  readonly open: (dashboard: Dashboard, stage: WholeRunStage) => Promise<Visit>;
}

const MINUTE_MS = 60_000;
const RUNS = /\/dashboard\/api\/runs(\?|$)/;
const RUN = '**/dashboard/api/runs/*';

/** A page whose request is held back, or finds no service. */
const without =
  (route: string | RegExp, what: 'end' | 'answer', pathOf: (stage: WholeRunStage) => string) =>
  async (dashboard: Dashboard, stage: WholeRunStage): Promise<Visit> => {
    const visit = await dashboard.signedIn('--tenant', 'beta');
    await visit.page.route(route, (request) =>
      what === 'end' ? undefined : request.abort('internetdisconnected'),
    );
    await visit.goto(pathOf(stage));
    return visit;
  };

const ofCause =
  (cause: Exclude<keyof CauseStage, 'end'>) =>
  async (dashboard: Dashboard, { causes }: WholeRunStage): Promise<Visit> => {
    const visit = await dashboard.signedIn();
    await visit.goto(runPath(causes[cause].runId));
    return visit;
  };

/** More states of the pages about runs: what is not there yet or not at all, and the picture of a span of time. */
export const MORE_RUN_SCENES: readonly CauseScene[] = [
  {
    name: 'run without an answer',
    first: /^No answer from Carillon$/,
    open: without(RUN, 'answer', ({ succeeded }) => runPath(succeeded.runId)),
  },
  {
    name: 'runs while they load',
    first: /^Counting runs/,
    open: without(RUNS, 'end', () => '/dashboard/runs'),
  },
  {
    name: 'runs without an answer',
    first: /^The number of runs is not known$/,
    open: without(RUNS, 'answer', () => '/dashboard/runs'),
  },
  {
    name: 'runs by the minute',
    first: /^\d+ runs since .* UTC, \d+ failed$/,
    open: async (dashboard) => {
      const visit = await dashboard.signedIn('--tenant', 'beta');
      const now = Date.now();
      await visit.goto(`/dashboard/runs?from=${fieldText(now - (now % MINUTE_MS) - 50 * MINUTE_MS)}`);
      await visit.page.getByText('Show as table').click();
      await visit.page.getByRole('table', { name: 'Calls by the time' }).waitFor();
      return visit;
    },
  },
];

const CAUSES = {
  unreported: [/^Unknown: no report came within .* s$/, 'whoever runs the application'],
  canceled: [/^Canceled after/, 'nobody needs to'],
  task: [/^Failed: the task exited with status 3 after/, 'whoever looks after the task'],
  unanswered: [/^Unknown: neither an answer nor a report came within .* s$/, 'whoever runs the application'],
  notFound: [/^Failed: the endpoint answered 404 after/, 'whoever looks after the job'],
  noTls: [/^Failed: no secure connection could be made after/, 'whoever runs the application'],
  noName: [/^Failed: the (host is not known|name of the host could not)/, 'whoever looks after the'],
  reported: [/^Failed: the application reported a failure after/, 'whoever runs the application'],
} as const;

/** Runs of each cause: their pages differ in words, so they are looked at in all views and measured in the narrowest. */
export const CAUSE_SCENES = Object.entries(CAUSES).map(([name, [first, whose]]) => {
  // The names are those above.
  const cause = name as keyof typeof CAUSES;
  return { name: `run cause ${name}`, first, whose, cause, open: ofCause(cause) };
});
