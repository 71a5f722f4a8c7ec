import type { Grant, ListedJob, Role, Schedule, Session } from './api/types.js';
import { lasting } from './duration.js';
import { durationOf, type Outcome, type StripRun } from './pictures/strip-runs.js';
import { RUN_STATES } from './texts/run-states.js';
import { utc } from './time.js';

const MAY: Record<Role, string> = {
  'provider admin': 'Sees all tenants of the instance and may change everything in it',
  'provider viewer': 'Sees all tenants of the instance and changes nothing',
  'tenant admin': 'Sees this tenant only and may change its jobs',
  'tenant viewer': 'Sees this tenant only and changes nothing',
};

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** `provider admin of default`, `tenant viewer of acme in default`. */
const grantOf = ({ role, instance, tenant }: Grant) =>
  tenant ? `${role} of ${tenant.subdomain} in ${instance.name}` : `${role} of ${instance.name}`;

/** `Tenant acme in default`: whose jobs one sees. */
const eyesOf = ({ instance, tenant }: Grant) =>
  tenant ? `Tenant ${tenant.subdomain} in ${instance.name}` : `All tenants of ${instance.name}`;

/** Who is signed in: a link names nobody, so it is known by what it permits. */
const whoOf = ({ person, grants: [first] }: Session) =>
  person.way === 'link' && first ? grantOf(first) : person.name;

/** `48 succeeded, 2 failed`: outcomes that did not occur are left out. */
function outcomesOf(counts: Readonly<Record<Outcome, number>>): string {
  const words = {
    ...{ success: 'succeeded', failure: 'failed', unknown: 'unknown' },
    ...{ skipped: 'skipped', running: 'running' },
  } as const;
  const kinds = ['success', 'failure', 'unknown', 'skipped', 'running'] as const;
  return kinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${words[kind]}`)
    .join(', ');
}

type Timing = Pick<Schedule, 'kind' | 'expression'> & { readonly text?: string };

/** What a schedule says of its timing: in plain English where that is known, else as it was written; a date object is no text. */
function timingOf({ kind, expression, text }: Timing): string {
  if (text !== undefined) return capital(text);
  switch (kind) {
    case 'cron':
      return `Cron ${expression}`;
    case 'interval':
      return `Every ${expression}`;
    case 'dailyAt':
      return `Daily at ${expression}`;
    case 'once':
      return expression.startsWith('{') ? 'Once' : `Once: ${expression}`;
  }
}

/** What the action of a job is, where it calls nothing. */
export const TASK = 'Cloud Foundry task';

/** Returns what a job does: what it calls, or the command of a task. */
export function callOf(job: Pick<ListedJob, 'kind' | 'httpMethod' | 'action'>): string {
  return job.kind === 'http' ? `${job.httpMethod} ${job.action}` : `${TASK} ${job.action}`;
}

/** Every word that a page shows: one place, so that another language can follow. */
export const TEXTS = {
  product: 'Carillon',
  title: (page: string) => `${page} - Carillon`,
  grantCapital: (grant: Grant) => capital(grantOf(grant)),
  who: whoOf,
  whoCapital: (session: Session) =>
    session.person.way === 'link' ? capital(whoOf(session)) : whoOf(session),
  role: (role: Role) => capital(role),
  may: (role: Role) => MAY[role],
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  selected: 'Selected: press Ctrl+C',
  optional: 'optional',
  retry: 'Try again',

  frame: {
    skip: 'Skip to the content',
    pages: 'Pages',
    home: 'Home',
    jobs: 'Jobs',
    runs: 'Runs',
    plan: 'Plan',
    signingKeys: 'Signing keys',
    tenants: 'Tenants',
    place: 'Where you are',
    asTenant: (name: string) => `As tenant ${name}`,
    isSuspended: 'suspended',
    leaveEyes: 'Leave',
    leaveEyesOf: (name: string) => `Leave: stop looking as tenant ${name}`,
    noTenant: (name: string) => `There is no tenant ${name}`,
    noTenantText: 'Nobody with this subdomain is subscribed, or the link is mistyped.',
    notYourTenant: (name: string) => `You do not see the tenant ${name}`,
    notYourTenantText: (who: string) =>
      `You are signed in as ${who}, and see nothing of other tenants. Whoever sent the link sees more than you.`,
    suspendedTenant: (name: string) => `${name} is suspended`,
    suspendedText:
      'None of its runs start, and its users see no page. Resume it on its page, then look as this tenant again.',
    suspendedViewer:
      'None of its runs start, and its users see no page. An admin of the provider can resume it on its page.',
    toTenant: (name: string) => `Go to the page of ${name}`,
    ownHome: 'Go to your own home page',
    eyes: (grants: readonly Grant[]) =>
      grants.length > 1 && grants[0]
        ? `${eyesOf(grants[0])} and ${grants.length - 1} more`
        : grants.map(eyesOf).join(),
    clock: 'Time now',
    account: 'Account',
    accountOf: (name: string) => `Account of ${name}`,
    roles: 'Roles',
    ways: { link: 'Signed in by a one-time link', credentials: 'Signed in by client id and secret' },
    until: 'until',
    signOut: 'Sign out',
    signInAsOther: 'Sign in as someone else',
    signingOut: 'Signing out ...',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    version: (version: string) => `Carillon ${version}`,
    lost: 'No answer from Carillon. Trying again ...',
  },

  help: {
    open: 'Help and keys',
    title: 'Help',
    keys: 'Keys',
    keyHome: 'Go to the home page',
    keyJobs: 'Go to the jobs',
    keyNewJob: 'Make a new job',
    keySearch: 'Go to the search of a list',
    keyStatus: 'Go to what was done last, to undo it',
    keyRuns: 'Go to the runs',
    keyPlan: 'Go to the plan',
    keyTenants: 'Go to the tenants',
    keyHelp: 'Show this help',
    keyClose: 'Close what is open',
    then: 'then',
    on: 'Use these keys',
    onHint: 'Switch them off if you dictate or if they get in your way.',
    more: 'Documentation',
    apiDocument: 'API documentation',
    openApi: 'OpenAPI document, for generators of clients',
    health: 'Health of this service, as JSON',
  },

  live: {
    asOf: (time: string) => `As of ${time}`,
    pause: 'Pause updates',
    resume: 'Resume updates',
    pausedAt: (time: string) => `Paused at ${time}`,
  },

  change: {
    title: 'What was done last',
    undo: 'Undo',
    undone: 'Undone.',
    notUndone: 'This could not be undone.',
    changedMeanwhile:
      'Not undone: it was changed meanwhile, by somebody else or in another tab. The page shows it as it is now.',
    dismiss: 'Dismiss',
  },

  timing: timingOf,
  tookOrNot: (ms: number | null) => (ms === null ? '-' : lasting(ms)),

  runs: {
    planned: 'Planned',
    result: 'Result',
    took: 'Took',
    late: 'Late by',
  },

  strip: {
    none: 'No runs yet.',
    asTable: 'Show as table',
    sentence: (count: number, counts: Readonly<Record<Outcome, number>>) =>
      count === 0 ? 'No runs yet' : `Last ${count === 1 ? 'run' : `${count} runs`}: ${outcomesOf(counts)}`,
    run: (place: number, count: number, run: StripRun) => {
      const ms = durationOf(run);
      const length = ms === null ? '' : `, took ${lasting(ms)}`;
      return `Run ${place} of ${count}: ${RUN_STATES[run.state].toLowerCase()}, planned ${utc(new Date(run.plannedAt))}${length}`;
    },
  },

  notFound: {
    title: 'Page not found',
    first: 'There is no such page',
    text: (path: string) => `Nothing is at ${path}. The link may be mistyped, or what it showed is gone.`,
    home: 'Go to the home page',
  },

  ended: {
    title: 'Your session has ended',
    text: 'Sign in again in a new tab. This page stays as it is and goes on by itself.',
    signIn: 'Sign in in a new tab',
    leave: 'Sign in here instead',
    paste: 'Or paste a link here',
    pasteHint: 'As npm run sign-in prints it. Who signs in as someone else loses what is typed here.',
    pasted: 'Go on with this link',
    noLink: 'This is no link to sign in with',
    usedLink: 'This link is unknown, was used already or has expired',
  },

  errors: {
    broken: 'This page has failed',
    brokenText:
      'Something in the page itself went wrong; the service is not affected. Load it again. If that does not help, report the message below.',
    reload: 'Load the page again',
    notLoaded: 'This page could not be loaded',
    notLoadedText: 'Its script did not come: your network is down, or the service is. All other pages go on.',
    stillLost: 'There is still no answer',
    newVersion: 'There is a new version of Carillon',
    newVersionText:
      'This page belonged to the former version and is gone. The new one is loaded in its place.',
    loadNewVersion: 'Load the new version',
    byStatus: {
      403: 'You may not see this',
      404: 'Gone, or not yours',
      409: 'This is not possible as things are',
      429: 'Too many requests',
      503: 'The service is not available',
    },
    mayNotDo: 'You may not do this',
    /** How one sees whether a change was done whose answer got lost, by what was sent. */
    places: [
      [/\/runs$/, 'whether the run is among the recent ones'],
      [/^\/scheduler\/jobs$/, 'whether the job is in the list of jobs'],
      [/^\/scheduler\/jobs\//, 'how the job and its schedules are now'],
      [/^\/admin\/v1\/tenants\//, 'how the tenant is now'],
      [/\/test-calls$/, 'whether the endpoint was called'],
    ] as readonly (readonly [sent: RegExp, text: string])[],
    anyPlace: 'how it is now',
    mayBeDone: (place: string) =>
      `It may have been done all the same: only the answer got lost. Look ${place} before you do it again.`,
    goneText: 'It was deleted, or it belongs to a tenant that you do not see.',
    failed: 'The service has failed',
    other: 'This did not work',
    unreachable: 'No answer from Carillon',
    unreachableText: 'Either your network is down or the service is. The page tries again by itself.',
    unreachableOnce: 'Either your network is down or the service is. Try again.',
    wait: (seconds: number) => `The page tries again in ${seconds} s.`,
    waitSaid: 'The page does so by itself.',
    requestId: (id: string) => `The log of the service says more under the number ${id}.`,
  },
} as const;
