/** A group of routes in the API document. */
export interface Group {
  readonly name: string;
  readonly description: string;
  /** Which paths belong to it, unless an earlier group has them. */
  readonly paths: RegExp;
}

/** The groups. A route belongs to the first one that its path matches, so narrow ones come first. */
export const GROUPS: readonly Group[] = [
  {
    name: 'Run logs',
    description:
      'What became of the runs of a schedule, and how an application reports a run that it accepted with 202.',
    paths: /^\/scheduler\/(jobs\/\{jobId\}\/schedules\/\{scheduleId\}\/runs|actionLogs)/,
  },
  {
    name: 'Schedules',
    description: 'When the action of a job is called: cron, intervals, times of day, one time.',
    paths: /^\/scheduler\/(jobs\/\{jobId\}\/schedules|preview)/,
  },
  {
    name: 'Many jobs at once',
    description: 'Search, export, import and changes of many jobs, and replays of many runs.',
    paths: /^\/scheduler\/(search|export|import|(jobs|runs)\/operations)/,
  },
  { name: 'Jobs', description: 'What is called, and for whom.', paths: /^\/scheduler\/(job|breakers)/ },
  {
    name: 'Signed calls',
    description: 'The keys by which calls of jobs with `signing` are signed, as Standard Webhooks says.',
    paths: /^\/scheduler\/signingKeys/,
  },
  {
    name: 'Settings',
    description: 'The settings of a service instance.',
    paths: /^\/scheduler\//,
  },
  {
    name: 'Operations',
    description: 'Long operations: their status, their end as server-sent events, cancelling.',
    paths: /^\/api\//,
  },
  {
    name: 'Tokens',
    description: 'Access tokens by OAuth 2.0, and the keys that verify them.',
    paths: /^\/(oauth2?|token_keys|\.well-known)/,
  },
  {
    name: 'Subscriptions',
    description: 'The webhooks by which tenants come and go.',
    paths: /callback/,
  },
  {
    name: 'Administration',
    description: 'Tenants, limits, usage and bindings for providers, instances and clients for the operator.',
    paths: /^\/admin\//,
  },
  {
    name: 'Dashboard',
    description:
      'What the pages of the dashboard need: signing in and out, failing schedules, runs of many schedules, run logs as files, test calls.',
    paths: /^\/dashboard\//,
  },
  { name: 'Monitoring', description: 'Health and metrics, and this document.', paths: /./ },
];

/** The groups that most people look for, which the document lists first. */
const ORDER = ['Jobs', 'Schedules', 'Run logs', 'Many jobs at once'];

/** Returns the group of a path. */
export function groupOf(path: string): string {
  return GROUPS.find(({ paths }) => paths.test(path))?.name ?? 'Monitoring';
}

/** Returns the groups in the order in which the document lists them. */
export function listGroups(): { name: string; description: string }[] {
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...GROUPS]
    .sort((a, b) => place(a.name) - place(b.name))
    .map(({ name, description }) => ({ name, description }));
}
