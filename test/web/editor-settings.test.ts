import type { WireSchedule } from '../../web/src/api/editor.js';
import type { JobSettings, ScheduleSettings } from '../../web/src/api/settings.js';
import { jsonOf } from '../../web/src/pages/editor/code.js';
import { faultsOf, withoutFaultsOf } from '../../web/src/pages/editor/faults.js';
import { formOf, type Subject } from '../../web/src/pages/editor/form.js';
import { mergedWith } from '../../web/src/pages/editor/meanwhile.js';
import { previewed } from '../../web/src/pages/editor/previewed.js';
import { requestsOf } from '../../web/src/pages/editor/requests.js';
import { settingLines } from '../../web/src/texts/setting-words.js';
import { sent, stored, typed } from './support/stored-job.js';

const SET: ScheduleSettings = {
  ...{ timeZone: 'Europe/Berlin', dst: { gap: 'skip' }, overlap: 'skip', maxRuns: 100 },
  ...{ pauseOnFailures: 5, catchUp: 'last', retry: { attempts: 2, delay: '30 seconds', on: ['429'] } },
};
const SET_OF_JOB: JobSettings = {
  ...{ retry: { attempts: 5 }, timeout: '2 minutes', cancelAction: 'https://app.example.com/cancel' },
};

const plain = stored({});
const full = stored(SET, SET_OF_JOB);

const retryOf = (subject: Subject) => formOf(subject).schedule?.retry;

describe('Optional settings', () => {
  it('are not sent as long as nobody changes them, set or not', () => {
    for (const subject of [plain, full]) expect(sent(subject, {})).toEqual({});
  });

  it('are sent as the API takes them, and what is usual is not', () => {
    const retry = { mode: 'on', attempts: '5', delay: '10 seconds', factor: '1.5', maxDelay: '' };
    expect(
      sent(plain, {
        job: { timeout: ' 2 minutes ', retry: { ...retry, on: ['5xx', 'connect'] } },
        schedule: {
          ...{ timeZone: 'Asia/Tokyo', dst: { gap: 'after', overlap: 'both' }, overlap: 'queue' },
          ...{ maxRuns: '10', pauseOnFailures: 'many', catchUp: 'none', repeatAfter: 'completion' },
          retry: { ...retry, factor: '2', on: ['429', 'timeout', '5xx', 'connect'] },
        },
      }),
    ).toEqual({
      job: { timeout: '2 minutes', retry: { attempts: 5, factor: 1.5, on: ['connect', '5xx'] } },
      schedule: {
        ...{ timeZone: 'Asia/Tokyo', dst: { overlap: 'both' }, overlap: 'queue', catchUp: 'none' },
        // What is no number goes as it is, for the service to say what is wrong with it. A cron repeats after nothing.
        ...{ maxRuns: 10, pauseOnFailures: 'many', retry: { attempts: 5 } },
      },
    });
  });

  it('are taken off with null', () => {
    const { job, schedule } = formOf(plain);
    expect(
      sent(full, {
        job: { timeout: '', cancelAction: '', retry: job?.retry },
        schedule: { ...schedule },
      }),
    ).toEqual({
      job: { timeout: null, cancelAction: null, retry: null },
      schedule: {
        ...{ timeZone: null, dst: null, overlap: null, maxRuns: null, pauseOnFailures: null },
        ...{ catchUp: null, retry: null },
      },
    });
  });

  it('that mean nothing for another kind of schedule go with it', () => {
    const asInterval = { kind: 'interval', texts: { interval: '5 minutes' } };
    expect(sent(full, { schedule: asInterval }).schedule).toEqual({
      ...{ repeatInterval: '5 minutes', timeZone: null, dst: null },
    });
    const interval = stored({ repeatAfter: 'completion' }, {}, { repeatInterval: '5 minutes' });
    const asDaily = { kind: 'dailyAt', texts: { dailyAt: '18:40' } };
    expect(sent(interval, { schedule: asDaily }).schedule).toEqual({ repeatAt: '18:40', repeatAfter: null });
    expect(sent(full, { schedule: { timeZone: ' utc ' } }).schedule).toEqual({ timeZone: null, dst: null });
  });

  it('change the zone of a time in English together with it', () => {
    const once = stored({}, {}, { time: 'tomorrow at 4pm' });
    expect(sent(once, { schedule: { timeZone: 'Asia/Tokyo' } }).schedule).toEqual({
      ...{ time: 'tomorrow at 4pm', timeZone: 'Asia/Tokyo' },
    });
    expect(sent(once, { schedule: { maxRuns: '1' } }).schedule).toEqual({ maxRuns: 1 });
  });

  it('tell a schedule that does not retry from one that does as its job says', () => {
    const off = stored({ retry: { attempts: 0 } });
    expect([retryOf(plain)?.mode, retryOf(off)?.mode, retryOf(full)?.mode]).toEqual(['unset', 'off', 'on']);
    expect(sent(plain, { schedule: { retry: { ...retryOf(off), mode: 'off' } } }).schedule).toEqual({
      retry: { attempts: 0 },
    });
    expect(formOf(stored({}, { retry: { attempts: 0 } })).job?.retry.mode).toBe('unset');
  });

  it('go along to a copy, those of the schedules that it does not show too', () => {
    const { job, schedule } = full;
    const other: WireSchedule = { ...schedule, cron: '* * * * 4 0 0' };
    const results = [schedule, other];
    const subject: Subject = { kind: 'new job', from: { ...job, schedules: { total: 2, results } } };
    const [request] = requestsOf(subject, formOf(subject));
    expect(request?.body).toMatchObject(SET_OF_JOB);
    expect(request?.body['schedules']).toEqual(
      ['3', '4'].map((hour) => ({ cron: `* * * * ${hour} 0 0`, active: true, ...SET })),
    );
    const plainJob: Subject = { kind: 'new job', from: plain.job };
    const names = Object.keys(requestsOf(plainJob, formOf(plainJob))[0]?.body ?? {});
    expect(names.sort()).toEqual(['action', 'active', 'httpMethod', 'name', 'schedules']);
  });

  it('stand in the code', () => {
    const requests = requestsOf(full, typed(full, { schedule: { timeZone: 'UTC', maxRuns: '5' } }));
    const code = jsonOf({ subject: full, requests, origin: 'https://jobs.example.com' });
    expect(code).toContain('"timeZone": null,\n  "dst": null,\n  "maxRuns": 5\n}');
  });

  it('are asked for in a preview where they say when it runs', () => {
    expect(previewed(full, formOf(full))).toEqual({
      ...{ cron: '* * * * 3 0 0', timeZone: 'Europe/Berlin', dst: { gap: 'skip' } },
    });
    expect(previewed(plain, formOf(plain))).toEqual({ cron: '* * * * 3 0 0' });
  });

  it('are asked about in words where somebody else has changed them too', () => {
    const now = stored({ ...SET, overlap: 'cancel', retry: { attempts: 1 } }, SET_OF_JOB);
    const form = typed(full, {
      schedule: { overlap: 'queue', retry: { ...retryOf(full), delay: '1 minute' } },
    });
    expect(mergedWith(full, now, form).clashes).toEqual([
      {
        label: 'If an earlier run is still open',
        ...{ stands: 'End the earlier run', typed: 'Let the new run wait' },
      },
      {
        label: 'If a call fails',
        stands: 'Retries once, after 10 seconds, on connection failures, time-outs, 5xx and 429',
        typed: 'Retries up to 2 times, first after 1 minute, doubling to at most 1 hour, on 429',
      },
    ]);
    const other = typed(full, { schedule: { catchUp: 'all' } });
    expect(mergedWith(full, now, other).mine.schedule).toMatchObject({ overlap: 'cancel', catchUp: 'all' });
  });
});

describe('What is wrong with a setting', () => {
  it('is said at its field, of a retry at the part', () => {
    const detail = [
      "schedules[0].timeZone 'Mars' is not a time zone that this service knows; permitted are IANA names",
      "'schedules[0].retry.delay' must be a duration from 1 second to 24 hours, but is 'soon'",
      "'retry.on' must be a list of one or more of connect, timeout, each once, but is []",
      "'timeout' must be a duration from 1 second to 5 minutes, but is '1 hour'",
      "'retry' must be an object with any of 'attempts', but is 5",
      "'throttle.per' must be a duration from 1 second to 24 hours, but is 'soon'",
      "'throttle' must have 'calls' and 'per'",
      "'breaker.holdFor' must be a duration, but is 1",
      "'headers' must not have 'Host', because Carillon sets it itself: leave it out",
      "'signing' needs a signing key, and the tenant has none",
      'schedules[0].spread must be at most 59 seconds',
    ].join('; also: ');
    expect(faultsOf(detail, 'job')).toEqual({
      fields: {
        timeZone: 'This is not a time zone that this service knows; permitted are IANA names',
        'schedule-retry-delay': "It must be a duration from 1 second to 24 hours, but is 'soon'",
        'retry-on': 'It must be a list of one or more of connect, timeout, each once, but is []',
        timeout: "It must be a duration from 1 second to 5 minutes, but is '1 hour'",
        retry: "It must be an object with any of 'attempts', but is 5",
        'throttle-per': "It must be a duration from 1 second to 24 hours, but is 'soon'",
        throttle: "It must have 'calls' and 'per'",
        'breaker-holdFor': 'It must be a duration, but is 1',
        headers: "It must not have 'Host', because Carillon sets it itself: leave it out",
        signing: "'signing' needs a signing key, and the tenant has none",
        spread: 'It must be at most 59 seconds',
      },
      rest: [],
    });
  });

  it('is gone once any part of its retry is changed', () => {
    const found = { fields: { 'retry-delay': 'a', 'schedule-retry-on': 'b', timeout: 'c' }, rest: [] };
    expect(withoutFaultsOf(found, ['retry']).fields).toEqual({ 'schedule-retry-on': 'b', timeout: 'c' });
    expect(withoutFaultsOf(found, ['schedule-retry', 'timeout']).fields).toEqual({ 'retry-delay': 'a' });
    const others = { fields: { 'throttle-per': 'a', 'schedule-description': 'b' }, rest: [] };
    expect(withoutFaultsOf(others, ['throttle', 'schedule']).fields).toEqual({ 'schedule-description': 'b' });
  });
});

describe('What is set', () => {
  it.each<[ScheduleSettings & JobSettings, string[]]>([
    [{}, []],
    [{ overlap: 'allow', repeatAfter: 'start', catchUp: 'default', dst: {} }, []],
    [
      { retry: {} },
      [
        'Retries up to 3 times, first after 10 seconds, doubling to at most 1 hour, on connection failures, time-outs, 5xx and 429',
      ],
    ],
    [{ retry: { attempts: 0 } }, ['Does not retry']],
    [
      { retry: { attempts: 2, factor: 1, on: ['5xx'] } },
      ['Retries up to 2 times, each after 10 seconds, on 5xx'],
    ],
    [
      {
        retry: {
          attempts: 20,
          factor: 1.5,
          delay: '1 second',
          maxDelay: '5 minutes',
          on: ['reported', '4xx'],
        },
      },
      [
        'Retries up to 20 times, first after 1 second, each pause 1.5 times the one before, to at most 5 minutes, on failures that the application reports and other 4xx',
      ],
    ],
    [
      { overlap: 'skip', timeout: '2 minutes', maxRuns: 100, pauseOnFailures: 5, catchUp: 'last' },
      [
        'Skips a run while an earlier one is open',
        'Gives up a call after 2 minutes',
        'Stops after 100 runs',
        'Pauses after 5 failures in a row',
        'After an outage: makes up the last missed run only',
      ],
    ],
    [
      {
        ...{ throttle: { calls: 100, per: '1 minute', concurrency: 5 }, breaker: true, signing: true },
        ...{ headers: { 'X-Api-Key': null, 'X-Region': null, 'X-Team': null }, spread: '10 minutes' },
      },
      [
        'Spreads its runs: each comes up to 10 minutes after its time',
        'Makes at most 100 calls a minute, 5 at a time',
        'Calls only while its endpoint answers, and holds runs up to 15 minutes until it does',
        'Sends 3 additional headers: X-Api-Key, X-Region and X-Team',
        'Signs its calls',
      ],
    ],
    [{ throttle: { concurrency: 1 } }, ['Makes at most 1 call at a time']],
    [{ throttle: { calls: 1, per: '5 minutes' } }, ['Makes at most 1 call in 5 minutes']],
    [
      { breaker: { holdFor: '1 hour' }, headers: { 'X-A': null } },
      [
        'Calls only while its endpoint answers, and holds runs up to 1 hour until it does',
        'Sends an additional header: X-A',
      ],
    ],
    [{ timeZone: 'Europe/Berlin', dst: { gap: 'skip', overlap: 'both' }, maxRuns: 1 }, ['Stops after 1 run']],
  ])('is told in words: %j', (settings, lines) => expect(settingLines(settings)).toEqual(lines));
});
