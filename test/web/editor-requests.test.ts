import { execFileSync } from 'node:child_process';
import type { StoredJob, WireSchedule } from '../../web/src/api/editor.js';
import { clientOf, curlOf, jsonOf, tokenLine } from '../../web/src/pages/editor/code.js';
import { faultsOf } from '../../web/src/pages/editor/faults.js';
import { formOf, type EditorForm, type Subject } from '../../web/src/pages/editor/form.js';
import { mergedWith } from '../../web/src/pages/editor/meanwhile.js';
import { previewed } from '../../web/src/pages/editor/previewed.js';
import { requestsOf } from '../../web/src/pages/editor/requests.js';

const ORIGIN = 'https://jobs.example.com';
const NIGHTLY: WireSchedule = {
  ...{ scheduleId: 's1', description: 'At night', active: true, startTime: null, endTime: null },
  ...{ data: '{"big":12345678901234567890}', cron: '* * * * 3 0 0', time: null },
};
const ONCE: WireSchedule = {
  ...{ scheduleId: 's2', description: '', active: false, startTime: '2030-01-01 00:00:00', endTime: null },
  ...{ data: null, time: { date: '2031-05-01', format: 'YYYY-MM-DD' } },
};
const JOB: StoredJob = {
  ...{ jobId: 7, name: 'report', description: '', action: 'https://app.example.com/run', active: true },
  ...{ httpMethod: 'POST', startTime: null, endTime: '2030-06-01 12:00:00', jobType: 'HTTP_ENDPOINT' },
  ...{ user: 'u', ansConfig: { onError: true }, calmConfig: null },
  schedules: { total: 2, results: [NIGHTLY, ONCE] },
};
const EDITED: Subject = { kind: 'job', job: JOB, schedule: NIGHTLY };
const COPIED: Subject = { kind: 'new job', from: JOB };

/** Returns the form of something stored, with changes. */
function typed(subject: Subject, changes: { job?: object; schedule?: object }): EditorForm {
  const { job, schedule } = formOf(subject);
  return {
    job: job && { ...job, ...changes.job },
    schedule: schedule && { ...schedule, ...changes.schedule },
  };
}

describe('What somebody else changed meanwhile', () => {
  const { schedules } = JOB;
  const other = (job: object, schedule: object): Subject => ({
    ...{ kind: 'job', job: { ...JOB, ...job, schedules }, schedule: { ...NIGHTLY, ...schedule } },
  });

  it('is nothing to ask about where it is another field, and is not taken back', () => {
    const now = other({ description: 'theirs' }, { cron: null, repeatInterval: '5 minutes' });
    const form = typed(EDITED, { job: { active: false } });
    const { clashes, mine } = mergedWith(EDITED, now, form);
    expect(clashes).toEqual([]);
    expect(requestsOf(now, mine)).toMatchObject([{ part: 'job', body: { active: false } }]);
    expect(requestsOf(EDITED, form)).toEqual(requestsOf(now, mine));
  });

  it('is told beside what was typed where it is the same field, and either can be taken', () => {
    const now = other({ action: 'https://b.example.com/', description: 'theirs' }, { cron: '* * * * 5 0 0' });
    const form = typed(EDITED, {
      job: { action: 'https://c.example.com/', password: 'p' },
      schedule: { kind: 'interval', texts: { cron: '* * * * 3 0 0', interval: '5 minutes' } },
    });
    const { clashes, mine, theirs } = mergedWith(EDITED, now, form);
    expect(clashes).toEqual([
      {
        label: 'Address of your endpoint',
        ...{ stands: 'https://b.example.com/', typed: 'https://c.example.com/' },
      },
      { label: 'When', stands: 'Cron pattern * * * * 5 0 0', typed: 'Every 5 minutes' },
    ]);
    expect(requestsOf(now, mine).map(({ body }) => body)).toEqual([
      { repeatInterval: '5 minutes' },
      { action: 'https://c.example.com/', password: 'p', user: 'u' },
    ]);
    expect(requestsOf(now, theirs).map(({ body }) => body)).toEqual([{ password: 'p', user: 'u' }]);
  });

  it('is nothing to ask about where both typed the same', () => {
    const form = typed(EDITED, { job: { description: 'same' } });
    expect(mergedWith(EDITED, other({ description: 'same' }, {}), form).clashes).toEqual([]);
  });
});

describe('Saving', () => {
  it('sends nothing of what is stored and unchanged', () => {
    expect(requestsOf(EDITED, formOf(EDITED))).toEqual([]);
  });

  it('sends of what is stored the fields that have changed, each part to its place', () => {
    const form = typed(EDITED, { job: { active: false, user: '' }, schedule: { data: '' } });
    expect(requestsOf(EDITED, form)).toEqual([
      { part: 'schedule', method: 'PUT', path: '/scheduler/jobs/7/schedules/s1', body: { data: null } },
      { part: 'job', method: 'PUT', path: '/scheduler/jobs/7', body: { active: false, user: null } },
    ]);
  });

  it('sends another kind of schedule in its own field', () => {
    const schedule = { kind: 'interval', texts: { interval: ' 5 minutes ' } };
    expect(requestsOf(EDITED, typed(EDITED, { schedule }))[0]?.body).toEqual({ repeatInterval: '5 minutes' });
  });

  it('sends the user along with a new password, so that both hold at another host', () => {
    const form = typed(EDITED, { job: { password: 'new', action: 'https://other.example.com/' } });
    const body = { action: 'https://other.example.com/', password: 'new', user: 'u' };
    expect(requestsOf(EDITED, form)).toMatchObject([{ part: 'job', body }]);
  });

  it('copies a job with all its schedules and without what belongs to the other one', () => {
    const [request] = requestsOf(COPIED, formOf(COPIED));
    expect(request).toEqual({
      ...{ part: 'job', method: 'POST', path: '/scheduler/jobs' },
      body: {
        ...{ name: 'report copy', action: 'https://app.example.com/run', httpMethod: 'POST', user: 'u' },
        ...{ endTime: '2030-06-01T12:00:00.000Z', active: true, ansConfig: { onError: true } },
        schedules: [
          // A number that JavaScript cannot hold goes as the text that it is.
          { cron: '* * * * 3 0 0', description: 'At night', active: true, data: NIGHTLY.data },
          { time: ONCE.time, active: false, startTime: '2030-01-01T00:00:00.000Z' },
        ],
      },
    });
  });
});

describe('The question of a preview', () => {
  it('is within the windows of the job and of its schedule', () => {
    const schedule = { startTime: '2029-01-01T00:00', endTime: '2031-01-01T00:00' };
    expect(previewed(EDITED, typed(EDITED, { schedule }))).toEqual({
      ...{
        cron: '* * * * 3 0 0',
        startTime: '2029-01-01T00:00:00.000Z',
        endTime: '2030-06-01T12:00:00.000Z',
      },
    });
    const alone: Subject = { kind: 'schedule', job: JOB, schedule: ONCE };
    expect(previewed(alone, formOf(alone))).toEqual({
      ...{ time: ONCE.time, startTime: '2030-01-01T00:00:00.000Z', endTime: '2030-06-01T12:00:00.000Z' },
    });
  });

  it('is not asked as long as no schedule is written', () => {
    const subject: Subject = { kind: 'new schedule', job: JOB };
    expect(previewed(subject, formOf(subject))).toBeNull();
  });
});

describe('What is wrong with a job', () => {
  it('is said at each field, without the name and the value that are seen there', () => {
    const detail = [
      "'description' must be a string, but is 5",
      "'action' 'no' such' must be an absolute URL with http or https, such as 'https://app.example.com/run'",
      "startTime 'bla' is not a date; permitted are others",
      "schedules[0].cron '0 9 * * 1' is a Linux cron; use '* * * mon 9 0 0'",
      "'schedules[0].data' must be a JSON object, but is 'x'",
      "'schedules[0].endTime' 2030 lies before 'schedules[0].startTime' 2031: let it end later",
      "schedules[2].cron 'x' is not a valid xscron",
      '3 more',
    ].join('; also: ');
    expect(faultsOf(detail.replace('; also: 3 more', '; and 3 more'), 'job')).toEqual({
      fields: {
        description: 'It must be a string, but is 5',
        action: "It must be an absolute URL with http or https, such as 'https://app.example.com/run'",
        startTime: 'This is not a date; permitted are others',
        timing: "This is a Linux cron; use '* * * mon 9 0 0'",
        data: "It must be a JSON object, but is 'x'",
        'schedule-endTime': '"End (UTC)" 2030 lies before "Start (UTC)" 2031: let it end later',
      },
      rest: ["schedules[2].cron 'x' is not a valid xscron", '3 more'],
    });
  });

  it.each([
    ["time 'evening' is not understood; permitted are others", 'job', 'timing'],
    [`'name' 'xx... must have 1 to 255 characters`, 'job', 'name'],
    ["'description' has 2100 characters", 'schedule', 'schedule-description'],
    ["startTime 'x' is not a date", 'schedule', 'schedule-startTime'],
    ['Exactly one of cron, time, repeatInterval, repeatAt must be given', 'schedule', 'timing'],
    ["'name' 'ab' is already in use by another job: choose another name", 'job', 'name'],
  ] as const)('knows the field of: %s', (detail, part, field) => {
    const { fields, rest } = faultsOf(detail, part);
    expect([Object.keys(fields), rest]).toEqual([[field], []]);
  });

  it('is told as a whole where it is about no field', () => {
    const detail = 'The tenant has 10 jobs: no more are permitted';
    expect(faultsOf(detail, 'job')).toEqual({ fields: {}, rest: [detail] });
  });
});

/** What a shell makes of the words of a command, one after the other. */
function wordsOf(command: string): string[] {
  const env = { TOKEN: 'the token' };
  const script = command.replace(/^curl /, String.raw`printf '%s\0' `);
  return execFileSync('bash', ['-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('The code of a job', () => {
  const form = typed(COPIED, { job: { name: "anna's", password: 'secret-word' } });
  const parts = { subject: COPIED, requests: requestsOf(COPIED, form), origin: ORIGIN };

  /** Returns the parts of a new job whose schedule has this data. */
  function withData(data: string) {
    const subject: Subject = { kind: 'new job', from: null };
    const texts = { cron: '* * * * 3 0 0' };
    const job = { name: 'x', action: 'https://app.example.com/', user: 'u', password: 'secret-word' };
    const requests = requestsOf(subject, typed(subject, { job, schedule: { texts, data } }));
    return { subject, requests, origin: ORIGIN };
  }

  it.each([
    ['curl', curlOf],
    ['JSON', jsonOf],
    ['@sap/jobs-client', clientOf],
  ])('has no secret as %s', (_name, written) => {
    expect(written(parts)).not.toContain('secret-word');
    expect(written(parts)).toContain('"password": "PASSWORD"');
  });

  it.each([
    ['curl', curlOf],
    ['JSON', jsonOf],
  ])('has the data as it was typed, as %s', (_name, written) => {
    const data =
      '{"id":12345678901234567890, "rate": 1.0,"password":"of the data", "data":"{\\"a\\": 1}", "list": [], "of": {}}';
    expect(written(withData(data))).toContain(
      [
        '      "data": {',
        '        "id": 12345678901234567890,',
        '        "rate": 1.0,',
        '        "password": "of the data",',
        '        "data": "{\\"a\\": 1}",',
        '        "list": [],',
        '        "of": {}',
        '      }',
      ].join('\n'),
    );
  });

  it('has data that a program would change as the text that it is', () => {
    expect(clientOf(withData('{"month": 12}'))).toMatch(/"data": \{\s+"month": 12\s+\}/);
    for (const data of ['{"id":12345678901234567890}', '{"__proto__":{"a":1}}', '{"a":1,"a":2}']) {
      expect(clientOf(withData(data))).toContain(`"data": ${JSON.stringify(data)}`);
    }
  });

  it('has data that is no JSON as the text that it is', () => {
    for (const written of [curlOf, jsonOf, clientOf]) {
      expect(written(withData('{"a": 1,}'))).toContain(String.raw`"data": "{\"a\": 1,}"`);
    }
  });

  it('is a command that a shell reads as it is meant', () => {
    const said = 'it\'s "5 $HOME" \\ `id` !! ü 日本';
    const data = JSON.stringify({ said: `${said}\n\tend` });
    const { requests, ...rest } = withData(data);
    const words = wordsOf(curlOf({ ...rest, requests }));
    expect(words.slice(0, -1)).toEqual([
      ...['-sS', '-X', 'POST', `${ORIGIN}/scheduler/jobs`],
      ...['-H', 'Authorization: Bearer the token', '-H', 'Content-Type: application/json', '-d'],
    ]);
    const { schedules } = JSON.parse(words.at(-1) ?? '') as { schedules: { data: unknown }[] };
    expect(schedules[0]?.data).toEqual(JSON.parse(data));
  });

  it('leaves brackets in the address as they are', () => {
    const [first, ...words] = wordsOf(curlOf({ ...parts, origin: 'http://[::1]:3000' }));
    expect([first, words[0], words[3]]).toEqual(['-sS', '-g', 'http://[::1]:3000/scheduler/jobs']);
  });

  it.each([
    [null, 'export TOKEN=$(npm run -s token)'],
    ['acme', 'export TOKEN=$(npm run -s token -- --tenant acme)'],
    ["a b's", "export TOKEN=$(npm run -s token -- --tenant 'a b'\\''s')"],
  ])('is sent with a token of whoever it is for: %s', (tenant, line) => expect(tokenLine(tenant)).toBe(line));

  it('calls the function of the client that sends the same', () => {
    expect(clientOf(parts)).toContain('scheduler.createJob({\n  "job": {');
    const requests = requestsOf(
      EDITED,
      typed(EDITED, { job: { active: false }, schedule: { active: false } }),
    );
    const code = clientOf({ subject: EDITED, requests, origin: ORIGIN });
    expect(code).toMatch(/scheduler\.updateJobSchedule\(\{\s+"jobId": 7,\s+"scheduleId": "s1"/);
    expect(code).toMatch(/scheduler\.updateJob\(\{\s+"jobId": 7,\s+"job": \{\s+"active": false/);
  });
});
