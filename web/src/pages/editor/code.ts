import { EDITOR } from '../../texts/editor.js';
import type { Subject } from './form.js';
import type { SaveRequest } from './requests.js';

/** What saving sends, as it is sent from elsewhere: without secrets. */
export interface CodeParts {
  readonly subject: Subject;
  readonly requests: readonly SaveRequest[];
  /** Where this service is. */
  readonly origin: string;
}

/** Returns the bodies, as JSON. */
export function jsonOf({ requests }: CodeParts): string {
  return requests.map(({ method, path, body }) => `${method} ${path}\n${jsonText(body)}`).join('\n\n');
}

/** Returns what saving sends as commands of a shell. */
export function curlOf({ requests, origin }: CodeParts): string {
  const commands = requests.map(({ method, path, body }) =>
    [
      `curl -X ${method} ${quoted(origin + path)}`,
      // Double quotes: the shell puts the token in.
      '-H "Authorization: Bearer $TOKEN"',
      "-H 'Content-Type: application/json'",
      `-d ${quoted(jsonText(body))}`,
    ].join(' \\\n  '),
  );
  return commands.join('\n\n');
}

/** Returns what saving sends as a program with SAP's client. */
export function clientOf({ subject, requests, origin }: CodeParts): string {
  const calls = requests.map((request) => {
    const [method, argument] = clientCall(subject, request);
    return `scheduler.${method}(${jsonText(argument)}, (error, answer) => {
  console.log(error ?? answer);
});`;
  });
  return `const { Scheduler } = require('@sap/jobs-client');

const scheduler = new Scheduler({
  baseURL: '${origin}',
  token: process.env.TOKEN,
});

${calls.join('\n\n')}`;
}

function clientCall(
  subject: Subject,
  { part, body }: SaveRequest,
): readonly [method: string, argument: object] {
  if (subject.kind === 'new job') return ['createJob', { job: body }];
  const { jobId } = subject.job;
  if (part === 'job') return ['updateJob', { jobId, job: body }];
  return subject.kind === 'new schedule'
    ? ['createJobSchedule', { jobId, schedule: body }]
    : ['updateJobSchedule', { jobId, scheduleId: subject.schedule?.scheduleId, schedule: body }];
}

/** Returns a value as JSON that people read: data as the object that it stands for, and no password. */
function jsonText(value: object): string {
  return JSON.stringify(
    value,
    (key, each: unknown) => {
      if (key === 'password') return EDITOR.code.password;
      return key === 'data' && typeof each === 'string' ? objectOf(each) : each;
    },
    2,
  );
}

function objectOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Returns a text as one word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
