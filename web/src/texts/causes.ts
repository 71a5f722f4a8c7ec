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
const URL_OF_JOB = 'Compare scheme, host and port in the action of the job with those of the application.';
const OPERATOR = 'Ask whoever runs Carillon.';

export const OWNERS = {
  endpoint: 'A matter of the endpoint.',
  network: 'A matter of the network between Carillon and the endpoint.',
  job: 'A matter of the settings of the job.',
  task: 'A matter of the task, or of its application.',
  platform: 'A matter of Cloud Foundry, or of the runner.',
  operator: 'A matter of the deployment of Carillon.',
  someone: 'A matter of somebody who canceled it.',
} as const;

export type Owner = keyof typeof OWNERS;

/** Every cause: whose it is, and its words. */
export const CAUSES = {
  refused: of('endpoint', () => ({
    short: 'the endpoint refused the connection',
    what: 'The host was found, but nothing accepts connections at the port.',
    next: ['Start the application, or see whether it has just been restarted.', URL_OF_JOB, CURL],
  })),
  reset: of('endpoint', () => ({
    short: 'the endpoint closed the connection without an answer',
    what: 'The connection came about and was broken off before an answer: the application, or a proxy before it, has ended.',
    next: [
      'Look into the log of the application at this time: a crash or a restart is likely.',
      'See whether a proxy before it has a shorter time limit than Carillon.',
    ],
  })),
  hostUnreachable: of('network', () => ({
    short: 'no way leads to the endpoint',
    what: 'The network says that the host cannot be reached.',
    next: ['See whether routes, VPN and firewalls let Carillon through to the host.', CURL],
  })),
  noConnection: of('network', ({ limits }) => ({
    short: 'no connection came about',
    what: `The host did not take the connection within ${lasting(limits.answerMs)}: mostly a firewall drops what is sent, or the host is off.`,
    next: ['Open the firewall for Carillon, or start the host.', URL_OF_JOB, CURL],
  })),
  nameServer: of('network', () => ({
    short: 'the name of the host could not be looked up',
    what: 'The name servers gave no answer about the host of the URL.',
    next: [
      'Try again: name servers fail for moments.',
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
    short: 'no secure connection came about',
    what: 'The TLS handshake failed: the port may speak plain http, or only old versions of TLS.',
    next: [URL_OF_JOB, 'Let the endpoint speak TLS 1.2 or 1.3.'],
  })),
  notHttp: of('endpoint', () => ({
    short: 'the endpoint did not speak HTTP',
    what: 'What came back cannot be read as an answer of HTTP.',
    next: [`${URL_OF_JOB} https at a port for http looks like this too.`, CURL],
  })),
  unsendable: of('job', () => ({
    short: 'the call could not be sent',
    what: 'The URL, or a header that is made of the job, holds characters that HTTP does not permit.',
    next: ['Write the action anew, with special characters encoded.'],
  })),
  internal: of('operator', () => ({
    short: 'Carillon could not make the call',
    what: 'The call failed inside this service, mostly because no token could be had or a password could not be read.',
    next: [
      'The next run tries again. If it fails too, ask whoever runs Carillon: the log of the service says more at this time.',
    ],
  })),
  stopping: of('operator', () => ({
    short: 'Carillon was stopped during the call',
    what: 'The replica that called was just being stopped.',
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
    what: 'The endpoint does not accept the credentials: for 401 it knows no valid ones in the call.',
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
  noReport: of('endpoint', ({ limits }) => ({
    short: 'no report came in time',
    what: `The endpoint took the call, and has not reported its end within ${lasting(limits.reportMs)}. Whether the work was done is not known.`,
    next: [
      'See in the log of the application whether it has finished, and whether its report was refused.',
      'If it needs longer, the provider can raise ASYNC_EXEC_TIMEOUT.',
      'An application that answers 202 must report with PUT .../runs/{runId}. If it has nothing to report, let it answer 200.',
    ],
  })),
  reported: of('endpoint', () => ({
    short: 'the application reported a failure',
    what: 'The application took the call, and said itself later that its work failed.',
    next: [ANSWER, 'Look into its log for the id of this run.'],
  })),
  canceled: of('someone', () => ({
    short: 'it was canceled',
    what: 'The run was canceled before it ended. The application was not told.',
    next: ['Nothing, if that was meant. The changes of the job say who it was.'],
  })),
  taskTimeout: of('task', ({ limits }) => ({
    short: 'the task did not end in time',
    what: `The task had not ended ${lasting(limits.reportMs)} after it was ordered, and is stopped.`,
    next: [
      'See in the log of the application what the task was waiting for.',
      'If it needs longer, the provider can raise ASYNC_EXEC_TIMEOUT.',
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
    what: 'Cloud Foundry had no cell with enough memory and disk for the task before its time was up.',
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
