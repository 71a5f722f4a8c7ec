import { isTyped } from '../../web/src/controls/is-typed.js';
import { JOB } from '../../web/src/texts/job.js';
import { jsonObjectFault } from '../../web/src/json-object.js';
import { firstLine } from '../../web/src/pages/editor/first-line.js';
import { emptyForm, exampleForm } from '../../web/src/pages/editor/form.js';
import { otherKindOf } from '../../web/src/pages/editor/other-kind.js';
import { adviceOf } from '../../web/src/pages/editor/test-advice.js';
import { CONFIRMATION } from '../../web/src/texts/confirmation.js';
import { EDITOR } from '../../web/src/texts/editor.js';
import { HOME } from '../../web/src/texts/home.js';
import { utcWhen } from '../../web/src/time.js';

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

describe('The first line of the editor', () => {
  it('says of a schedule that fires once that its moment has passed', () => {
    const preview = {
      ...{ text: 'once at 2020-05-06 02:10 UTC', runs: [{ at: '2026-11-26T23:59:59Z' }], runsPerDay: null },
      warnings: ['The time has passed: it runs at once.'],
    };
    const line = firstLine({ kind: 'new job', from: null }, emptyForm(), { kind: 'known', preview });
    expect(line).toBe('Runs once at 2020-05-06 02:10 UTC, which has passed');
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

describe('A text of another kind of schedule', () => {
  it.each([
    ['cron', 'every 5 minutes', 'interval', '5 minutes'],
    ['cron', 'Every  hour', 'interval', '1 hour'],
    ['interval', '5 min', 'interval', '5 minutes'],
    ['interval', 'every 1 days', 'interval', '1 day'],
    ['interval', 'day', 'interval', '1 day'],
    ['cron', '9:00', 'dailyAt', '9:00'],
    ['once', 'daily at 4.40 pm', 'dailyAt', '4.40 pm'],
    ['interval', '*/5 * * * *', 'cron', '*/5 * * * *'],
    ['dailyAt', '* * * mon 9 0 0', 'cron', '* * * mon 9 0 0'],
  ] as const)('as %s, "%s" is meant as %s: %s', (kind, written, other, text) => {
    expect(otherKindOf(kind, written)).toEqual({ kind: other, text });
  });

  it.each([
    ['cron', '* * * friday 9 0 0'],
    ['dailyAt', '25:00'],
    ['interval', '5'],
    ['once', 'evening'],
    ['once', 'in half an hour or so'],
  ] as const)('as %s, "%s" is nothing that is known', (kind, written) => {
    expect(otherKindOf(kind, written)).toBeNull();
  });
});

describe('What is advised after a test call', () => {
  const answer = {
    ...({ outcome: 'failed', durationMs: 15_000, text: '', isCut: false, message: '', cause: null } as const),
  };
  const failure = (code: string, message: string) => ({
    ...{ ...answer, httpStatus: null, cause: code },
    text: `Request Error: Code:-${code}, Message:-${message}`,
  });

  it.each([
    [failure('ECONNREFUSED', 'connect'), /^Start the application/],
    [failure('OUTBOUND_REFUSED', 'The address 10.0.0.1 is not public'), /public host/],
    [failure('OUTBOUND_REFUSED', 'The host of the URL is not known'), /typing mistakes/],
    [{ ...answer, httpStatus: null }, /answer 202 at once/],
    [{ ...answer, httpStatus: 503 }, /whether the application runs/],
    [{ ...answer, httpStatus: 302, outcome: 'success' as const }, /^Put the address/],
  ])('%o', (told, words) => expect(adviceOf(told)).toMatch(words));

  it('is nothing where the endpoint has done its work', () => {
    for (const httpStatus of [200, 202]) {
      expect(adviceOf({ ...answer, outcome: 'success', httpStatus })).toBeNull();
    }
  });
});

describe('A JSON object that is typed', () => {
  it.each([
    ['{"month": 12}', undefined],
    ['  {} ', undefined],
    ['', /^Write a JSON object in braces/],
    ['[1]', /^Write a JSON object in braces/],
    ['null', /^Write a JSON object in braces/],
    ['{"month": 12,}', /^This is no JSON: .*\b1[34]\b/],
  ])('%s', (text, fault) => {
    if (fault) expect(jsonObjectFault(text)).toMatch(fault);
    else expect(jsonObjectFault(text)).toBeUndefined();
  });
});

describe('What is typed to confirm a deletion', () => {
  it.each([
    ['report', ' report\n', true],
    ['two  blanks', 'two  blanks', true],
    // HTML shows one blank for several.
    ['two  blanks', 'two blanks', true],
    ['two blanks', 'two \u00a0blanks', true],
    ['B\u00fccher', 'Bu\u0308cher', true],
    ['report', 'Report', false],
    ['report', '', false],
    ['a b', 'ab', false],
  ])('is "%s" when "%s" was typed: %s', (wanted, typed, isSame) => {
    expect(isTyped(typed, wanted)).toBe(isSame);
  });

  it.each([
    [undefined, 'all run logs'],
    [{ logs: 0, isMore: false }, '0 run logs'],
    [{ logs: 1, isMore: false }, '1 run log'],
    [{ logs: 10_000, isMore: true }, 'more than 10,000 run logs'],
  ])('says what goes too: %o', (count, words) => expect(CONFIRMATION.logs(count)).toBe(words));
});

describe('When something comes, in a sentence', () => {
  const now = new Date('2026-11-26T23:59:59Z');

  it.each([
    ['2026-11-26T23:59:59Z', 'today at 23:59 UTC'],
    ['2026-11-27T00:00:00Z', 'tomorrow at 00:00 UTC'],
    ['2026-11-28T03:00:00Z', 'on 2026-11-28 at 03:00 UTC'],
    ['2026-11-25T03:00:00Z', 'yesterday at 03:00 UTC'],
  ])('%s is "%s"', (at, words) => expect(utcWhen(new Date(at), now)).toBe(words));

  it.each([
    ['the first run of a job', (at: number) => JOB.noRuns(at), / comes (today|tomorrow) at 03:00 UTC$/],
    ['the first run of all', (at: number) => HOME.firstRun(at), / comes (today|tomorrow) at 03:00 UTC$/],
    ['what is dropped', (at: number) => JOB.drops(at), / firing (today|tomorrow) at 03:00 UTC\.$/],
    [
      'what is saved',
      (at: number) => EDITOR.consequence.first(iso(at)),
      /^First run (today|tomorrow) at 03:00 UTC\.$/,
    ],
    [
      'what is written',
      (at: number) => EDITOR.first.runs('x', iso(at)),
      /, next (today|tomorrow) at 03:00 UTC$/,
    ],
  ])('reads well: %s', (_name, line, words) => {
    const at = new Date().setUTCHours(27, 0, 0, 0);
    expect(line(at)).toMatch(words);
  });
});

const iso = (at: number) => new Date(at).toISOString();
