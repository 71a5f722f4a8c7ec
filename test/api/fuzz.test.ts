import fc from 'fast-check';
import { RUN_KIND } from '../../src/schedule/request/run-operations.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';
import { uriOf } from './operation-setup.js';
import { aSchedule, createJob, describeApi, type Api } from './setup.js';

const REQUESTS = 250;

/** A text, or which of the values is meant that exist for the parameter of a path. */
type Place = string | number;

interface Sent {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly template: string;
  readonly places: readonly Place[];
  readonly query: readonly (readonly [string, string])[];
  readonly body: string;
}

/** What exists for the parameters of paths. */
type Known = Readonly<Record<string, readonly string[]>>;

type Caller = 'acme' | 'beta';

const VERBS = ['activate', 'deactivate', 'delete'];
const EVERY_JOB = "contains(name, '')";

const NASTY = [
  ...[
    "'",
    '"',
    '`',
    "' OR '1'='1",
    "'; DROP TABLE job; --",
    '%',
    '_',
    '\\',
    '\u0000',
    '\u001f',
    '\ud83d\ude00',
    '\ud800',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '${7*7}',
    '../../etc/passwd',
    '%2e%2e%2f',
    'NaN',
    'null',
    '-0',
    '1e309',
  ],
  ...['9'.repeat(400), 'x'.repeat(5_000), '\u202e', '\r\nX-Injected: 1', 'İ'.repeat(255), ' ', ''],
];

const text = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.double().map(String),
  fc.constantFrom(
    '1',
    '2',
    'true',
    'now',
    '* * * * * * 0',
    '2030-01-01',
    '5 minutes',
    '4.40pm',
    'https://a.example.com',
  ),
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, false, 0, 1, -1, 1e308, Number.MAX_SAFE_INTEGER, [], {}),
  fc.record({ date: text, format: text }, { requiredKeys: [] }),
);
const fields = [
  ...[
    'name',
    'description',
    'action',
    'active',
    'httpMethod',
    'startTime',
    'endTime',
    'ansConfig',
    'calmConfig',
  ],
  ...[
    'user',
    'password',
    'schedules',
    'cron',
    'time',
    'repeatInterval',
    'repeatAt',
    'data',
    'success',
    'message',
  ],
  ...['activationStatus', 'ASYNC_EXEC_TIMEOUT', '__proto__', 'jobId', 'onError', 'enabled'],
];
const shaped = fc.dictionary(fc.oneof(fc.constantFrom(...fields), text), value, { maxKeys: 8 });
const likely = fc.record({
  name: text,
  action: fc.constant('https://a.example.com/'),
  description: text,
  active: value,
  data: value,
  schedules: fc.array(shaped, { maxLength: 3 }),
});
const body = fc.oneof(
  fc.oneof(shaped, likely, fc.jsonValue()).map((json) => JSON.stringify(json)),
  text,
);
/** What is asked of many jobs at once: a general body hardly ever is that. */
const order = fc
  .record(
    {
      filter: fc.oneof({ weight: 3, arbitrary: fc.constant(EVERY_JOB) }, text),
      dryRun: fc.boolean(),
      target: fc.constantFrom('jobs', 'schedules'),
    },
    { requiredKeys: ['filter'] },
  )
  .map((json) => JSON.stringify(json));
const parameters = [
  'page_size',
  'offset',
  'filter',
  'q',
  'jobId',
  'scheduleId',
  'name',
  'tenantId',
  'sort_by',
  'sort_order',
  'next',
  'prev',
  'displaySchedules',
  'displayLogs',
];
const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...parameters), text), text), { maxLength: 5 });

/** Percent-encodes a text, also one that is no well-formed Unicode. */
const encoded = (raw: string) => encodeURIComponent(Buffer.from(raw).toString());

/** What is accepted and ends later; the first requests of a property, so that each has some. */
const accepted: Sent[] = [
  ...VERBS.map((_verb, place) => ({
    template: '/scheduler/jobs/operations/{verb}',
    places: [place],
    body: JSON.stringify({ filter: EVERY_JOB }),
  })),
  {
    template: '/scheduler/import',
    places: [],
    body: '[{"name": "imported", "action": "https://a.example.com"}]',
  },
  { template: '/scheduler/jobs/{jobId}/schedules/{scheduleId}/runs', places: [0, 0], body: '' },
].map((each) => ({ ...each, method: 'post', query: [] }));

describeApi('Any request', (api) => {
  /** Every route that the document tells of, with what exists among the places to choose from. */
  const requests = (document: Api['document']) => {
    const routes = Object.entries(document.paths as Record<string, object>)
      .filter(([path]) => path.startsWith('/scheduler'))
      .flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => [method, path] as [Sent['method'], string]),
      );
    const place: fc.Arbitrary<Place> = fc.oneof({ weight: 3, arbitrary: fc.nat(9) }, text);
    return fc
      .record({
        route: fc.constantFrom(...routes),
        places: fc.array(place, { minLength: 3, maxLength: 3 }),
        query,
        body,
        order: fc.option(order),
      })
      .map(({ route: [method, template], body: general, order: meant, ...rest }): Sent => {
        const json = template.includes('{verb}') ? (meant ?? general) : general;
        return { method, template, body: json, ...rest };
      });
  };

  /** What a path can name: jobs, by id or name, their first schedules, and operations. */
  const knownOf = (...jobs: readonly Awaited<ReturnType<typeof createJob>>[]): Known => ({
    jobId: jobs.flatMap((job) => [String(job._id), job.name]),
    scheduleId: jobs.map((job) => job.first.scheduleId),
    verb: VERBS,
  });

  const pathOf = ({ template, places }: Sent, known: Known): string => {
    let place = 0;
    return template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
      const { [name]: values = [] } = known;
      const chosen = places[place++] ?? '';
      return encoded(typeof chosen === 'number' ? (values[chosen % values.length] ?? '') : chosen) || 'x';
    });
  };

  /** Lets an operation end: what many jobs undergo, now; a run, which nothing dispatches here, by being canceled. */
  const end = async (token: Caller, uri: string) => {
    await api().app.get(OperationWorker, { strict: false }).tick();
    const { body: status } = await api()[token].get(uri).expect(200);
    if (status.kind === RUN_KIND) await api()[token].post(`${uri}/operations/cancel`).expect(204);
    else expect(status).toMatchObject({ status: 'complete', 'job-status-code': 200 });
  };

  /** Sends a request and returns its answer once everything that it started has ended. */
  const send = async (token: Caller, sent: Sent, known: Known) => {
    const path = pathOf(sent, known);
    const search = sent.query.map(([name, given]) => `${encoded(name)}=${encoded(given)}`).join('&');
    const request = api().raw[token][sent.method](search === '' ? path : `${path}?${search}`);
    const hasBody = sent.method === 'post' || sent.method === 'put';
    const answer = await (hasBody ? request.type('json').send(sent.body) : request);
    expect(answer.status).toBeLessThan(500);
    if (answer.status === 202) await end(token, uriOf(answer));
    return answer;
  };

  /** What a caller is shown of its job, and how many it has. */
  const snapshot = async (token: Caller, { url, _id, first }: Awaited<ReturnType<typeof createJob>>) => {
    const shown = [
      `${url}?displaySchedules=true`,
      `${url}/schedules/${first.scheduleId}/runs`,
      `/scheduler/actionLogs?jobId=${_id}`,
      '/scheduler/jobCount',
    ];
    const bodies: unknown[] = [];
    for (const path of shown) bodies.push((await api()[token].get(path).expect(200)).body);
    return bodies;
  };

  it('is answered without a failure of ours, and leaves what others have as it was', async () => {
    const schedules = [aSchedule(), aSchedule({ cron: '* * * * * * 0' })];
    const job = await createJob(api().acme, { active: true, schedules });
    const own = await createJob(api().beta, { active: true, schedules });
    const before = await snapshot('acme', job);
    await fc.assert(
      fc.asyncProperty(requests(api().document), async (sent) => {
        const answer = await send('beta', sent, knownOf(job, own));
        if (answer.status >= 400) {
          expect(answer.body).toMatchObject({ code: answer.status, message: expect.any(String) });
          expect(answer.body.message).not.toMatch(/SELECT |INSERT |node_modules|ER_[A-Z]|SQLITE/);
          expect(answer.body.message).not.toMatch(
            /Invalid input|Unrecognized key|Failed to decode|Too (small|big):/,
          );
        }
      }),
      { numRuns: REQUESTS, examples: accepted.map((each) => [each]) },
    );
    expect(await snapshot('acme', job)).toEqual(before);
  });

  it('that is refused, or reads, changes nothing of what its own caller has', async () => {
    let job = await createJob(api().acme, { active: true });
    /** The job, or another one where it or its schedule was deleted: of what is gone nothing can change. */
    const standing = async () => {
      const { status } = await api().acme.get(`${job.url}/schedules/${job.first.scheduleId}`);
      return status === 404 ? createJob(api().acme, { active: true }) : job;
    };
    /** What the job was before; null after a request that may have changed it. */
    let before: unknown[] | null = null;
    await fc.assert(
      fc.asyncProperty(requests(api().document), async (sent) => {
        if (before === null) {
          job = await standing();
          before = await snapshot('acme', job);
        }
        const answer = await send('acme', sent, knownOf(job));
        if (sent.method === 'get' || answer.status >= 400) {
          expect(await snapshot('acme', job)).toEqual(before);
        } else before = null;
      }),
      { numRuns: REQUESTS, examples: accepted.map((each) => [each]) },
    );
  });
});
