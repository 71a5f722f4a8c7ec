import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { makeScratchFolder } from '../support/scratch.js';
import { aJob, startApi } from './setup.js';

const run = promisify(execFile);

interface Described {
  readonly parameters: readonly { name: string; in: string; required: boolean }[];
  readonly requestBody?: { content: Readonly<Record<string, { example: unknown }>> };
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, unknown>> }>>;
}

/** What a client knows of an operation, and the call of it in TypeScript. */
interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Described;
  readonly source: string;
}

/** What an application writes, to whom the types must fit. */
const APPLICATION = `
type Draft = components['schemas']['JobDraft'];
const drafts: Draft[] = [
  { name: 'least', action: 'https://a.example.com/', schedules: [{ cron: '* * * * 3 0 0' }] },
  {
    name: 'most', action: 'https://a.example.com/', description: null, active: true, user: null,
    startTime: { date: '2030-01-01', format: 'YYYY-MM-DD' }, endTime: '2031-01-01', calmConfig: { enabled: true },
    headers: { 'X-Api-Key': 'k' }, signing: false,
    schedules: [
      { repeatAt: '4pm', data: { month: 12, deep: { list: [1, 'x', null] } }, startTime: { date: '2030-01-01' } },
      { time: { date: '2031-01-01', format: 'YYYY-MM-DD' }, data: '{"month":12}', endTime: null },
    ],
  },
];
for (const body of drafts) {
  const { data, error } = await client.POST('/scheduler/jobs', { body });
  if (!data) throw new Error(error.message);
  const jobId: number = data.jobId;
  const scheduleId: string | undefined = data.schedules?.[0]?.scheduleId;
  const { data: read } = await client.GET('/scheduler/jobs/{jobId}', { params: { path: { jobId } } });
  if (read?.name !== body.name || scheduleId === undefined) throw new Error('Not what was sent');
}
`;
/** What must not compile: else the types say nothing. */
const WRONG = `
await client.POST('/scheduler/jobs', { body: { name: 'x', action: 'https://a/', schedules: [{ data: 5 }] } });
await client.POST('/scheduler/jobs', { body: { action: 'https://a/', schedules: [] } });
await client.GET('/scheduler/nothing');
`;

const head = (url: string, token: string) => `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';
const client = createClient<paths>({ baseUrl: '${url}', headers: { Authorization: 'Bearer ${token}' } });
`;

const OPTIONS: ts.CompilerOptions = {
  ...{ strict: true, noEmit: true, skipLibCheck: true, exactOptionalPropertyTypes: true },
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  paths: { 'openapi-fetch': [resolve('node_modules/openapi-fetch/dist/index.d.mts')] },
};

/** Returns what the compiler says against files. */
function faultsOf(files: readonly string[]): string[] {
  return ts
    .getPreEmitDiagnostics(ts.createProgram(files, OPTIONS))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

/** Where the example would be called: nothing outside is, so here is what the outbound guard refuses. */
const BODIES: Readonly<Record<string, object>> = {
  '/dashboard/api/test-calls': { action: 'http://10.0.0.1/' },
};

/** Calls that delete come last, and what holds others after them. */
const ORDER = ['get', 'put', 'post', 'delete'];

function callOf(
  method: string,
  path: string,
  operation: Described,
  ids: Readonly<Record<string, unknown>>,
): Call {
  const given = (place: string) => {
    const needed = operation.parameters.filter((each) => each.in === place && each.required);
    const values = Object.fromEntries(needed.map(({ name }) => [name, ids[name]]));
    return needed.length === 0 ? {} : { [place]: values };
  };
  const [media, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const [answer = 'application/json'] = Object.keys(operation.responses['200']?.content ?? {});
  const init = {
    params: { ...given('path'), ...given('query') },
    ...(body === undefined ? {} : { body: BODIES[path] ?? body.example }),
    ...(media === undefined || media === 'application/json' ? {} : { headers: { 'Content-Type': media } }),
    ...(answer === 'application/json' ? {} : { parseAs: 'stream' }),
  };
  const source = `await called(client.${method.toUpperCase()}('${path}', ${JSON.stringify(init)}));`;
  return { method, path, operation, source };
}

async function setup() {
  const api = await startApi();
  const { document, acme, baseUrl } = api;
  const folder = makeScratchFolder('client-');
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(document));
  const generator = resolve('node_modules/openapi-typescript/bin/cli.js');
  await run(process.execPath, [generator, join(folder, 'openapi.json'), '-o', join(folder, 'api.d.ts')]);
  const { body: job } = await acme.post('/scheduler/jobs', aJob({ active: true })).expect(201);
  const nowhere = '018f3a52-7b1c-7c3e-9d2a-5b6c7d8e9f00';
  const { body: key } = await api.provider.post('/scheduler/signingKeys', { kind: 'v1' }).expect(201);
  const ids = {
    keyId: key.keyId,
    ...{ jobId: job.jobId, scheduleId: job.schedules[0].scheduleId, verb: 'activate', file: 'docs.css' },
    subdomain: 'nowhere',
    ...{ runId: nowhere, operationId: nowhere, tenantId: nowhere, bindingId: nowhere, instanceId: nowhere },
    ...{ runnerId: nowhere },
    ...{ grant_type: 'client_credentials', q: 'report', 'stream-id': nowhere },
    schedules: job.schedules[0].scheduleId,
  };
  const calls = Object.entries(document.paths as Record<string, Record<string, Described>>)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => callOf(method, path, operation, ids)),
    )
    .sort((a, b) => ORDER.indexOf(a.method) - ORDER.indexOf(b.method) || b.path.length - a.path.length);
  const write = (name: string, token: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, head(baseUrl, token) + text);
    return file;
  };
  /** Runs a file of a client and returns what it prints. */
  const running = async (file: string): Promise<string> => {
    const { outputText } = ts.transpileModule(ts.sys.readFile(file) ?? '', { compilerOptions: OPTIONS });
    return (await run(process.execPath, ['--input-type=module', '-e', outputText])).stdout;
  };
  const tokenOf = (client: typeof acme) =>
    String((client.get('/') as unknown as { header: Record<string, string> }).header['Authorization']).slice(
      7,
    );
  return { ...api, calls, write, running, tokenOf };
}

describe('A client that is generated from the document', () => {
  it('compiles what applications write, and calls every route', async () => {
    const { calls, write, running, tokenOf, acme, provider } = await setup();
    const everything = `
const statuses: (number | string)[] = [];
async function called(call: Promise<{ response: Response; data?: unknown }>) {
  const { response } = await call;
  statuses.push(response.status);
  if (!response.bodyUsed) await response.body?.cancel();
}
${calls.map(({ source }) => source).join('\n')}
console.log(JSON.stringify(statuses));
`;
    const application = write('application.ts', tokenOf(acme), APPLICATION);
    const caller = write('caller.ts', tokenOf(provider), everything);
    const wrong = write('wrong.ts', '', WRONG);
    expect(faultsOf([application, caller])).toEqual([]);
    expect(faultsOf([wrong])).toHaveLength(3);

    await running(application);
    const statuses = JSON.parse(await running(caller)) as number[];
    const undescribed = calls.flatMap(({ method, path, operation }, place) => {
      const status = String(statuses[place]);
      return operation.responses[status] && status !== '500' ? [] : [`${method} ${path}: ${status}`];
    });
    expect(undescribed).toEqual([]);
    const refused = calls.flatMap(({ method, path }, place) => {
      const isMeant = path.startsWith('/scheduler') && !path.includes('{runId}');
      return isMeant && Number(statuses[place]) >= 300 ? [`${method} ${path}: ${statuses[place]}`] : [];
    });
    expect(refused).toEqual([]);
  });
});
