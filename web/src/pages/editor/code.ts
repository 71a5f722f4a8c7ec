import { EDITOR_BELOW } from '../../texts/editor-below.js';
import { isSameInJavaScript, readableJson, TypedJson } from './code-json.js';
import type { Subject } from './form.js';
import type { SaveRequest } from './requests.js';

/** What saving sends, as it is sent from elsewhere: without secrets. */
export interface CodeParts {
  readonly subject: Subject;
  readonly requests: readonly SaveRequest[];
  /** Where this service is. */
  readonly origin: string;
}

type Body = SaveRequest['body'];

/** Returns the bodies, as JSON. */
export function jsonOf({ requests }: CodeParts): string {
  return requests.map(({ method, path, body }) => `${method} ${path}\n${jsonText(body)}`).join('\n\n');
}

/** Returns what saving sends as commands of a shell. */
export function curlOf({ requests, origin }: CodeParts): string {
  const commands = requests.map(({ method, path, body }) => {
    const url = origin + path;
    // Without -g, curl takes brackets for a range of addresses.
    const options = /[[\]{}]/.test(url) ? '-sS -g' : '-sS';
    return [
      `curl ${options} -X ${method} ${quoted(url)}`,
      // Double quotes: the shell puts the token in.
      '-H "Authorization: Bearer $TOKEN"',
      "-H 'Content-Type: application/json'",
      `-d ${quoted(jsonText(body))}`,
    ].join(' \\\n  ');
  });
  return commands.join('\n\n');
}

/** Returns the line of a shell that gets the token which the code is sent with; null is the provider's. */
export function tokenLine(tenant: string | null): string {
  if (tenant === null) return 'export TOKEN=$(npm run -s token)';
  const name = /^[\w.-]+$/.test(tenant) ? tenant : quoted(tenant);
  return `export TOKEN=$(npm run -s token -- --tenant ${name})`;
}

/** Returns what saving sends as a program with SAP's client. */
export function clientOf({ subject, requests, origin }: CodeParts): string {
  const calls = requests.map((request) => {
    const body = shownBody(request.body, isSameInJavaScript);
    const [method, argument] = clientCall(subject, { ...request, body });
    return `scheduler.${method}(${readableJson(argument)}, (error, answer) => {
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

const jsonText = (body: Body) => readableJson(shownBody(body, () => true));

/** Returns a body as people read it: data as the object that it stands for, where that is the same, and no secrets. */
function shownBody(body: Body, isSame: (json: string) => boolean): Body {
  const withData = (of: Body): Body =>
    typeof of['data'] === 'string' ? { ...of, data: shownData(of['data'], isSame) } : of;
  const { schedules, headers } = body;
  return {
    ...withData(body),
    ...('password' in body && { password: EDITOR_BELOW.code.password }),
    ...(isObject(headers) && { headers: shownHeaders(headers) }),
    ...(Array.isArray(schedules) && { schedules: (schedules as Body[]).map(withData) }),
  };
}

/** Null keeps what is stored; what is typed is a secret. */
function shownHeaders(headers: object): object {
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    value === null ? null : EDITOR_BELOW.code.value,
  ]);
  return Object.fromEntries(shown) as object;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function shownData(text: string, isSame: (json: string) => boolean): string | TypedJson {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return isSame(text) ? new TypedJson(text) : text;
}

/** Returns a text as one word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
