import type { StoredJob, WireSchedule } from '../../web/src/api/editor.js';
import { clientOf, curlOf, jsonOf } from '../../web/src/pages/editor/code.js';
import { faultsOf } from '../../web/src/pages/editor/faults.js';
import { exampleForm, formOf, type EditorForm, type Subject } from '../../web/src/pages/editor/form.js';
import { previewed } from '../../web/src/pages/editor/previewed.js';
import { requestsOf } from '../../web/src/pages/editor/requests.js';
import { EDITOR } from '../../web/src/texts/editor.js';

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
        'schedule-endTime': "'endTime' 2030 lies before 'schedules[0].startTime' 2031: let it end later",
      },
      rest: ["schedules[2].cron 'x' is not a valid xscron", '3 more'],
    });
  });

  it.each([
    ["time 'evening' is not understood; permitted are others", 'job', 'timing'],
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

describe('The code of a job', () => {
  const form = typed(COPIED, { job: { name: "anna's", password: 'secret-word' } });
  const parts = { subject: COPIED, requests: requestsOf(COPIED, form), origin: ORIGIN };

  it.each([
    ['curl', curlOf],
    ['JSON', jsonOf],
    ['@sap/jobs-client', clientOf],
  ])('has no secret as %s', (_name, written) => {
    expect(written(parts)).not.toContain('secret-word');
    expect(written(parts)).toContain('"password": "PASSWORD"');
  });

  it('is a command that a shell reads as it is meant', () => {
    expect(curlOf(parts)).toContain(`"name": "anna'\\''s"`);
    expect(curlOf(parts)).toMatch(/^curl -X POST 'https:\/\/jobs.example.com\/scheduler\/jobs' \\\n/);
  });

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

describe('How often a schedule fires', () => {
  it.each([
    [8640, '8,640 runs a day'],
    [1, '1 run a day'],
    [1.5, 'About 2 runs a day'],
    [0.71, 'About 5 runs a week'],
    [0.14, 'About 1 run a week'],
    [0.033, 'About 1 run a month'],
    [0.0027, 'About 1 run a year'],
    [0.00091, 'Less than one run a year'],
  ])('%d times a day is said in the unit that has one at least: %s', (perDay, text) => {
    expect(EDITOR.preview.often(perDay)).toBe(text);
  });
});

describe('The example', () => {
  it.each([
    ['http://localhost:3000', 'http://localhost:4000/tick'],
    ['https://127.0.0.1:3000', 'http://localhost:4000/tick'],
    ['https://jobs.example.com', ''],
    ['https://localhost.example.com', ''],
  ])('of %s calls an endpoint that a terminal beside it can start: %s', (origin, action) => {
    const { job, schedule } = exampleForm(origin);
    expect(job).toMatchObject({ action, httpMethod: 'POST', active: true });
    expect(schedule).toMatchObject({ kind: 'interval', texts: { interval: '10 seconds' } });
  });
});
