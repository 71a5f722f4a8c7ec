import fc from 'fast-check';
import { aSchedule, createJob, describeApi, type Api } from './setup.js';

const REQUESTS = 250;

interface Sent {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly template: string;
  readonly places: readonly string[];
  readonly query: readonly (readonly [string, string])[];
  readonly body: string;
}

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

describeApi('Any request', (api) => {
  /** Every route that the document tells of, with ids that exist among those to choose from. */
  const requests = (
    document: Api['document'],
    ids: readonly string[],
    isMeant: (operation: { responses?: object }) => boolean = () => true,
  ) => {
    const routes = Object.entries(document.paths as Record<string, Record<string, object>>)
      .filter(([path]) => path.startsWith('/scheduler'))
      .flatMap(([path, methods]) =>
        Object.entries(methods)
          .filter(([, operation]) => isMeant(operation))
          .map(([method]) => [method, path] as [Sent['method'], string]),
      );
    const place = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: text });
    return fc
      .record({
        route: fc.constantFrom(...routes),
        places: fc.array(place, { minLength: 3, maxLength: 3 }),
        query,
        body,
      })
      .map(({ route: [method, template], ...rest }): Sent => ({ method, template, ...rest }));
  };

  const send = (token: 'acme' | 'beta', { method, template, places, query: asked, body: json }: Sent) => {
    let place = 0;
    const path = template.replace(/\{\w+\}/g, () => encoded(places[place++] ?? 'x') || 'x');
    const search = asked.map(([name, given]) => `${encoded(name)}=${encoded(given)}`).join('&');
    const request = api().raw[token][method](search === '' ? path : `${path}?${search}`);
    return method === 'get' || method === 'delete' ? request : request.type('json').send(json);
  };

  it('is answered without a failure of ours, and leaves what others have as it was', async () => {
    const schedules = [aSchedule(), aSchedule({ cron: '* * * * * * 0' })];
    const job = await createJob(api().acme, { active: true, schedules });
    const own = await createJob(api().beta, { active: true, schedules });
    const ids = [job, own].flatMap((each) => [String(each._id), each.name, each.first.scheduleId]);
    const snapshot = async () => {
      const { body: shown } = await api().acme.get(`${job.url}?displaySchedules=true`).expect(200);
      const { body: runs } = await api()
        .acme.get(`${job.url}/schedules/${job.first.scheduleId}/runs`)
        .expect(200);
      const { body: logs } = await api().acme.get(`/scheduler/actionLogs?jobId=${job._id}`).expect(200);
      return { shown, runs, logs };
    };
    const before = await snapshot();
    await fc.assert(
      fc.asyncProperty(requests(api().document, ids), async (sent) => {
        const answer = await send('beta', sent);
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) {
          expect(answer.body).toMatchObject({ code: answer.status, message: expect.any(String) });
          expect(answer.body.message).not.toMatch(/SELECT |INSERT |node_modules|ER_[A-Z]|SQLITE/);
        }
      }),
      { numRuns: REQUESTS },
    );
    expect(await snapshot()).toEqual(before);
  }, 120_000);

  it('that is refused changes nothing of what its own caller has', async () => {
    const job = await createJob(api().acme, { active: true });
    const ids = [String(job._id), job.first.scheduleId];
    const read = async () => {
      const { body: shown } = await api().acme.get(`${job.url}?displaySchedules=true`);
      const { body: count } = await api().acme.get('/scheduler/jobCount');
      return { shown, count };
    };
    // What is accepted with 202 works on while the next requests are looked at: it would be taken for their doing.
    const isDoneAtOnce = ({ responses = {} }: { responses?: object }) => !('202' in responses);
    await fc.assert(
      fc.asyncProperty(requests(api().document, ids, isDoneAtOnce), async (sent) => {
        const before = await read();
        const answer = await send('acme', sent);
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) expect(await read()).toEqual(before);
      }),
      { numRuns: REQUESTS },
    );
  }, 120_000);
});
