import type { TimingKind } from '../api/editor.js';
import { counted, utcWhen } from '../time.js';

const DAYS_PER_MONTH = 30.44;
const DAYS_PER_YEAR = 365.25;

/** `24 runs a day`, `about 5 runs a week`: in the unit in which there is at least one. */
function often(perDay: number): string {
  const runs = (count: number) => `${counted(Math.round(count))} ${Math.round(count) === 1 ? 'run' : 'runs'}`;
  if (perDay >= 1) return `${Number.isInteger(perDay) ? '' : 'About '}${runs(perDay)} a day`;
  if (perDay * 7 >= 0.97) return `About ${runs(perDay * 7)} a week`;
  if (perDay * DAYS_PER_MONTH >= 0.9) return `About ${runs(perDay * DAYS_PER_MONTH)} a month`;
  if (perDay * DAYS_PER_YEAR >= 0.9) return `About ${runs(perDay * DAYS_PER_YEAR)} a year`;
  return 'Less than one run a year';
}

const inZone = (zone: string | null) => (zone === null ? 'UTC' : `the local time of ${zone}`);

const HINTS: Record<TimingKind, (zone: string | null) => string> = {
  cron: (zone) =>
    `Year, month, day, day of the week, hour, minute, second; * is any. All in ${inZone(zone)}.`,
  interval: () => 'So long after the start of the run before, such as 5 minutes or 1 hour 30 minutes.',
  dailyAt: (zone) => `Every day at this time in ${inZone(zone)}, such as 18:40 or 4.40pm.`,
  once: (zone) =>
    zone === null
      ? 'Once, such as now, tomorrow at 4pm or 2031-05-01T08:00:00Z. All in UTC.'
      : `Once, such as now or tomorrow at 4pm in ${inZone(zone)}. A date like 2031-05-01T08:00:00 is in UTC.`,
};

/** The words of the editor of jobs and schedules. */
export const EDITOR = {
  newJob: 'New job',
  newSchedule: 'New schedule',
  editJob: 'Edit',
  copyOf: (name: string) => `${name} copy`,
  example: {
    name: 'my first job',
    description: 'An example: put the address of your application there',
  },
  loading: 'Looking at what is stored ...',
  viewer: 'You may look and not change',
  viewerText: 'Jobs are made and changed by an admin. You are signed in as a viewer.',
  toJobs: 'Go to the jobs',

  first: {
    runs: (text: string, next: string | null) =>
      next === null ? `No firing is to come: ${text}` : `Runs ${text}, next ${utcWhen(new Date(next))}`,
    once: (text: string) => `Runs ${text}`,
    passed: (text: string) => `Runs ${text}, which has passed`,
    off: (text: string) => `Off; would run ${text}`,
    asked: 'Reading the schedule ...',
    unread: 'This schedule cannot be read yet',
    job: (name: string) => `Edit ${name}`,
    schedules: (name: string, count: number) =>
      count === 0 ? `${name} has no schedule: nothing runs` : `${name} has ${counted(count)} schedules`,
    newSchedule: (name: string) => `New schedule of ${name}`,
  },

  owner: {
    provider: 'The job will belong to the provider. Tenants do not see it.',
    tenant: (name: string) => `The job will belong to tenant ${name}.`,
  },

  job: 'What is called',
  task: 'What is run',
  schedule: 'When',
  name: 'Name',
  nameStays: 'A name stays as it is.',
  action: 'Address of your endpoint',
  actionHint: 'It starts with http:// or https://.',
  httpMethod: 'Method',
  description: 'Description',
  moreOfJob: 'Credentials, start and end',
  window: 'Start and end',
  moreOfSchedule: 'Description, data, start and end',
  credentials:
    'Without a user the call carries a token of the tenant, which your endpoint can verify. With one it carries user and password.',
  user: 'User',
  password: 'Password',
  passwordStays: 'The stored password stays unless you type another one.',
  passwordCopied: 'The password is not copied along: type it again.',
  startTime: 'Start (UTC)',
  endTime: 'End (UTC)',
  jobWindow: 'Nothing runs before the start and after the end, whatever the schedules say.',
  scheduleWindow: 'This schedule fires from the start to the end.',
  data: 'Data',
  dataHint: 'A JSON object that each call carries, such as {"month": 12}.',
  options: 'Options of the task',
  optionsHint: 'A JSON object for this schedule, such as {"memory_in_mb": 512}.',
  activeJob: 'The job is active',
  activeNew: 'Active: begins as soon as it is made',
  activeSchedule: 'The schedule is active',

  taskText:
    'The job is a task of Cloud Foundry. Its command, application and runner are changed by the API alone: they are looked up at the Cloud Controller, with credentials that no browser has. Description, start and end, and the schedules are changed here.',
  taskLink: 'PUT /admin/v1/tasks in the API documentation',
  taskReadme: 'The chapter "Cloud Foundry tasks" of the README shows each step.',
  taskCopy: 'Tasks are made by the API',
  taskCopyText:
    'A task belongs to an application in Cloud Foundry, so this page makes none. The chapter "Cloud Foundry tasks" of the README shows how one is made.',

  tooMany: (count: number) => `${counted(count)} schedules are too many to be copied here`,
  tooManyText: 'Copy the job with an export and an import: the README shows how.',

  timing: 'Kind of schedule',
  kinds: {
    cron: 'Cron',
    interval: 'Interval',
    dailyAt: 'Time of day',
    once: 'Once',
  } satisfies Record<TimingKind, string>,
  text: {
    cron: 'Cron pattern',
    interval: 'Every',
    dailyAt: 'Daily at',
    once: 'Once at',
  } satisfies Record<TimingKind, string>,
  hints: HINTS,
  hintOfEnd: 'So long after the end of the run before, such as 5 minutes or 1 hour 30 minutes.',
  presetsTitle: 'Usual ones',
  presets: {
    tenSeconds: 'Every 10 seconds',
    fiveMinutes: 'Every 5 minutes',
    hour: 'Every hour',
    night: 'Daily at 03:00',
    weekdays: 'Weekdays at 09:00',
    monday: 'Mondays at 09:00',
    firstDay: 'First of the month',
    lastDay: 'Last of the month',
  },
  useInstead: (text: string, kind: string | null) => `Use ${kind === null ? '' : `${kind}: `}${text}`,

  copied: (count: number) =>
    count === 1
      ? 'Another schedule is copied along as it is.'
      : `${counted(count)} other schedules are copied along as they are.`,

  preview: {
    title: 'Preview',
    empty: 'Write a schedule or choose one of the usual ones: here you see when it fires.',
    unread: 'No firings: the message at the field says why.',
    asking: 'Asking ...',
    none: 'No firing is to come.',
    often,
    once: 'Once',
  },

  test: {
    button: 'Test call',
    text: 'Calls the address once, now, and makes no job.',
    calling: 'Calling ...',
    needsPassword: 'Type the password for the test call: the stored one is not shown to this page.',
  },

  save: { 'new job': 'Create job', job: 'Save', 'new schedule': 'Add schedule', schedule: 'Save' },
  saving: 'Saving ...',
  cancel: 'Cancel',
  consequence: {
    first: (at: string) => `First run ${utcWhen(new Date(at))}.`,
    next: (at: string) => `Next run ${utcWhen(new Date(at))}.`,
    none: 'No run is to come.',
    nothingWritten: 'No schedule is written yet.',
    asked: 'Reading the schedule ...',
    unread: 'The schedule cannot be read yet.',
    notKnown: 'When it runs is not known: no answer came.',
    off: 'Nothing runs until it is switched on.',
  },
  notSaved: {
    title: 'This was not saved',
    isThere: 'A job of this name is there now:',
    part: 'The schedule is saved already; what follows is about the job.',
  },
  meanwhile: {
    title:
      'Somebody else, or another tab, has changed this since you opened it. Nothing of yours is saved yet.',
    stands: (value: string) => `Stands now: ${value}`,
    typed: (value: string) => `You typed: ${value}`,
    mine: 'Save mine all the same',
    theirs: 'Take the other',
    active: 'Active',
    on: 'on',
    off: 'off',
    empty: 'nothing',
  },
  done: {
    'new job': (name: string) => `${name} is made.`,
    job: (name: string) => `${name} is saved.`,
    'new schedule': (name: string) => `${name} has a new schedule.`,
    schedule: (name: string) => `The schedule of ${name} is saved.`,
  },
  missing: {
    name: 'Enter a name',
    action: 'Enter the address of your endpoint',
    timing: 'Write a schedule, or choose one of the usual ones',
    password:
      'The address is on another host now, and the stored password does not go along: type it again, or take the user out',
    time: 'Complete the date and the time, or clear them',
  },
} as const;
