import type { Outcome } from '../pages/run/outcome.js';
import { lasting } from '../duration.js';

/** What is said of an outcome: as part of the first line, as sentences, and what to try, the likeliest first. */
export interface CauseWords {
  /** `the endpoint answered 503` */
  readonly short: string;
  readonly what: string;
  readonly next: readonly string[];
}

type Say = (outcome: Outcome) => CauseWords;

const answered = (verb = 'answered'): ((outcome: Outcome) => string) => {
  return ({ httpStatus }) => `the endpoint ${verb} ${httpStatus ?? ''}`.trim();
};
const ANSWERED = answered();
const CURL = 'Send the call below yourself, from the machine on which Carillon runs.';
const ANSWER = 'Read the answer below: it is what the application itself says.';
const SAID = 'Read below what the application reported.';
const URL_OF_JOB = 'Compare scheme, host and port in the action of the job with those of the application.';
const OPERATOR = 'Ask whoever runs Carillon.';

/** Who can mend it. */
export const OWNERS = {
  endpoint: 'whoever runs the application that is called.',
  network: 'whoever looks after the network between Carillon and the endpoint.',
  job: 'whoever looks after the job, in its settings.',
  task: 'whoever looks after the task and its application.',
  platform: 'whoever looks after Cloud Foundry, or the runner.',
  operator: 'whoever runs Carillon.',
  someone: 'nobody needs to, if it was meant.',
} as const;

export type Owner = keyof typeof OWNERS;

/** Every cause: whose it is, and its words. */
export const CAUSES = {
  refused: of('endpoint', () => ({
    short: 'the endpoint refused the connection',
    what: 'The host was found, but nothing answers at this port: most likely the application is not running.',
    next: ['Start the application, or see whether it has just been restarted.', URL_OF_JOB, CURL],
  })),
  reset: of('endpoint', () => ({
    short: 'the endpoint closed the connection without an answer',
    what: 'The endpoint took the call, and broke off the connection before it answered.',
    next: [
      'Look into the log of the application at this time: a crash or a restart is likely.',
      'See whether a proxy before it has a shorter time limit than Carillon.',
    ],
  })),
  hostUnreachable: of('network', () => ({
    short: 'the network does not reach the endpoint',
    what: 'The network says that the host cannot be reached.',
    next: ['See whether routes, VPN and firewalls let Carillon through to the host.', CURL],
  })),
  noConnection: of('network', ({ limits }) => ({
    short: 'the host did not answer',
    what: `No connection was made within ${lasting(limits.answerMs)}: most often a firewall is in the way, or the host is off.`,
    next: ['Open the firewall for Carillon, or start the host.', URL_OF_JOB, CURL],
  })),
  nameServer: of('network', () => ({
    short: 'the name of the host could not be looked up',
    what: 'The name servers did not say where the host of the URL is.',
    next: [
      'Run it again: name servers fail now and then.',
      'Look for typing mistakes in the host of the action.',
    ],
  })),
  notPublic: of('job', () => ({
    short: 'the host is not known or not public',
    what: 'The host of the URL does not exist, or has an address that is not public; Carillon does not say which.',
    next: [
      'Look for typing mistakes in the host of the action.',
      'If the host is meant to be inside your network, whoever runs Carillon can permit it with OUTBOUND_ALLOW.',
    ],
  })),
  guarded: of('job', ({ text }) => ({
    short: 'Carillon may not call this URL',
    what: text.replace(/^Request Error: Code:-\w+, Message:-/, ''),
    next: [
      'Change the action to an https URL with a public host.',
      'If the URL is right, whoever runs Carillon can permit it with OUTBOUND_ALLOW.',
    ],
  })),
  certificate: of('endpoint', () => ({
    short: 'the certificate of the endpoint is not trusted',
    what: 'The certificate has expired, is for another name, or its issuer is not known to Carillon.',
    next: [
      'Renew the certificate, and serve the intermediate certificates with it.',
      'See whether the host in the action is one of the names in the certificate.',
    ],
  })),
  tls: of('endpoint', () => ({
    short: 'no secure connection could be made',
    what: 'The endpoint did not agree on TLS with Carillon: the port may speak plain http, or only old versions of TLS.',
    next: [URL_OF_JOB, 'Let the endpoint speak TLS 1.2 or 1.3.'],
  })),
  notHttp: of('endpoint', () => ({
    short: 'the endpoint did not speak HTTP',
    what: 'What came back is no HTTP answer.',
    next: [`${URL_OF_JOB} https at a port for http looks like this too.`, CURL],
  })),
  unsendable: of('job', () => ({
    short: 'the call could not be sent',
    what: 'The URL, or a header that is made from the job, has characters that HTTP does not permit.',
    next: ['Correct the action: special characters in a URL are encoded, a blank as %20.'],
  })),
  internal: of('operator', () => ({
    short: 'Carillon could not make the call',
    what: 'The call failed inside this service, most often because it got no token or could not read a password.',
    next: [
      'The next run tries again. If it fails too, ask whoever runs Carillon: the log of the service says more at this time.',
    ],
  })),
  stopping: of('operator', () => ({
    short: 'Carillon was stopped during the call',
    what: 'Carillon was just being stopped or updated.',
    next: ['Nothing: the next run comes as planned. Run it again if it matters.'],
  })),
  otherCode: of('network', ({ text }) => ({
    short: 'the endpoint could not be called',
    what: text,
    next: [URL_OF_JOB, CURL],
  })),
  redirect: of('job', (outcome) => ({
    short: ANSWERED(outcome),
    what: 'The endpoint sends callers to another address. Carillon does not follow, and counts this as success: probably nothing was done.',
    next: [
      'Put the address to which it leads into the action: often https instead of http, or a slash at the end.',
      'A redirect to a sign-in means that the token was not accepted.',
    ],
  })),
  unauthorized: of('endpoint', (outcome) => ({
    short: ANSWERED(outcome),
    what: 'The endpoint does not accept the credentials of the call.',
    next: [
      'See whether the application is bound to this service instance and checks its tokens with the credentials of that binding.',
      'If the job has a user and a password, enter them anew.',
    ],
  })),
  forbidden: of('endpoint', (outcome) => ({
    short: ANSWERED(outcome),
    what: 'The endpoint knows the caller and does not permit the call.',
    next: [
      'Grant the scope that the application asks for to this service instance.',
      'See whether a firewall for web applications or a list of addresses stands before it.',
    ],
  })),
  notFound: of('job', (outcome) => ({
    short: ANSWERED(outcome),
    what: 'The host answers, but has nothing at this path.',
    next: [
      'Compare the path in the action with the routes of the application, capitals and slashes too.',
      'See whether the application was deployed: a router answers 404 for routes without one.',
    ],
  })),
  tooMany: of('endpoint', (outcome) => ({
    short: ANSWERED(outcome),
    what: 'The endpoint limits how often it is called.',
    next: [
      'Run the schedule less often, or spread schedules over the hour.',
      'Raise the limit for Carillon.',
    ],
  })),
  rejected: of('endpoint', (outcome) => ({
    short: ANSWERED(outcome),
    what: 'The endpoint does not accept the call as it is.',
    next: [ANSWER, 'Compare method and data of the job with what the endpoint expects.', CURL],
  })),
  unavailable: of('endpoint', (outcome) => ({
    short: ANSWERED(outcome),
    what: 'The endpoint, or a proxy before it, says that the application is not available.',
    next: [
      'See whether the application runs, is being deployed, or has too few instances.',
      'If it needs long, let it answer 202 at once and report its end later.',
    ],
  })),
  broke: of('endpoint', (outcome) => ({
    short: ANSWERED(outcome),
    what: 'The application failed while it handled the call.',
    next: [
      ANSWER,
      'Look into the log of the application for the id of this run: it is in the header x-sap-job-run-id.',
    ],
  })),
  unheard: of('endpoint', ({ limits }) => ({
    short: 'the endpoint did not answer in time',
    what: `It took the call and did not answer within ${lasting(limits.answerMs)}. It can still report the end of the run.`,
    next: ['Let the application answer 202 at once, and report the end when it has finished.'],
  })),
  noReport: of('endpoint', () => ({
    short: 'no report came',
    what: 'The endpoint took the call, and did not report its end in time. Whether the work was done is not known.',
    next: [
      'See in the log of the application whether it has finished, and whether its report was refused.',
      'If it needs longer, the provider can raise the limit: the global parameter ASYNC_EXEC_TIMEOUT.',
      'An application that answers 202 has to report the end of each run (PUT .../runs/{runId}). If it has nothing to report, let it answer 200.',
    ],
  })),
  noAnswer: of('endpoint', ({ limits }) => ({
    short: 'neither an answer nor a report came',
    what: `The endpoint took the call, did not answer within ${lasting(limits.answerMs)}, and reported nothing later. Whether the work was done is not known.`,
    next: [
      'Look into the log of the application for the id of this run: did it finish, and how long did it take?',
      `If it needs longer than ${lasting(limits.answerMs)}, let it answer 202 at once, and report its end later.`,
    ],
  })),
  reported: of('endpoint', () => ({
    short: 'the application reported a failure',
    what: 'The application took the call, and later reported itself that its work failed.',
    next: [SAID, 'Look into its log for the id of this run.'],
  })),
  canceled: of('someone', () => ({
    short: 'it was canceled',
    what: 'The run was canceled before it ended. The application was not told.',
    next: ['Nothing, if that was meant. The changes of the job say who it was.'],
  })),
  overtaken: of('someone', () => ({
    short: 'the next run canceled it',
    what: 'The schedule ends a run that is still open when the next one is due.',
    next: ['Nothing, if that was meant. Else let the next run wait, in the settings of the schedule.'],
  })),
  endpointAway: of('endpoint', () => ({
    short: 'the endpoint was away, and was not called',
    what: 'The endpoint had failed many times in a row, so that Carillon held its calls back; this one has waited as long as its job permits.',
    next: [
      'See since when the application has been away, and why: the failed runs before this one say more.',
      'Run again what failed in that time, once it is back.',
    ],
  })),
  givenUp: of('someone', () => ({
    short: 'it was given up after a failed call',
    what: 'The job or its schedule was switched off before the next call.',
    next: ['Nothing, if that was meant. Else switch it on, and run it now.'],
  })),
  taskTimeout: of('task', () => ({
    short: 'the task did not end',
    what: 'The task took longer than it may, and was stopped.',
    next: [
      'See in the log of the application what the task was waiting for.',
      'If it needs longer, the provider can raise the limit: the global parameter ASYNC_EXEC_TIMEOUT.',
    ],
  })),
  taskExited: of('task', ({ text }) => ({
    short: `the task ${text.charAt(0).toLowerCase()}${text.slice(1)}`,
    what: 'The command of the task ended with a status that says failure.',
    next: [
      'Look into the log of the application (cf logs), lines of APP/TASK.',
      'Run the command with cf run-task.',
    ],
  })),
  taskPending: of('platform', () => ({
    short: 'the task found no place to run',
    what: 'Cloud Foundry found no machine with enough memory and disk for the task before its time was up.',
    next: ['Ask for less memory or disk in the options of the task, or try again later.'],
  })),
  taskGone: of('task', () => ({
    short: 'the task is not known any more',
    what: 'Cloud Foundry does not know the task: its application was deleted, or its end is too long ago.',
    next: ['See whether the application is still there: cf apps.'],
  })),
  taskNeverCreated: of('platform', () => ({
    short: 'the task was never created',
    what: 'The order of the task was not answered, and no task came of it.',
    next: ['Nothing: the next run orders it anew. If it happens often, the Cloud Controller is overloaded.'],
  })),
  taskFailed: of('task', ({ text }) => ({
    short: 'the task failed',
    what: text,
    next: ['Look into the log of the application (cf logs), lines of APP/TASK.'],
  })),
  taskRefused: of('platform', ({ httpStatus }) => ({
    short: `Cloud Foundry answered ${httpStatus ?? ''}`.trim(),
    what: 'Cloud Foundry did not accept the order of the task.',
    next: [
      'Read the answer below: quota, droplet and rights are named there.',
      'Check the runner: its user needs the role Space Developer.',
    ],
  })),
  loginRefused: of('platform', () => ({
    short: 'Cloud Foundry refused the login',
    what: 'The credentials of the runner are not accepted any more.',
    next: ['Give the runner new credentials, and check it: POST /admin/v1/runners/{runnerId}/check.'],
  })),
  other: of('endpoint', ({ httpStatus }) => ({
    short: httpStatus === null ? 'it did not succeed' : `the endpoint answered ${httpStatus}`,
    what: 'The answer is none that HTTP knows.',
    next: [CURL, OPERATOR],
  })),
} as const satisfies Record<string, { owner: Owner; say: Say }>;

export type CauseKind = keyof typeof CAUSES;

function of(owner: Owner, say: Say): { owner: Owner; say: Say } {
  return { owner, say };
}

/** Instead of a cause, where none can be told any more. */
export const REASON_GONE = 'the log of the last run is gone';
