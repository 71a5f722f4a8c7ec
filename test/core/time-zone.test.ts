import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

const CORE = 'src/core';

/** Instants around which clocks change: New York in March, Cairo and Lord Howe in October, and a quiet one. */
const INSTANTS = [
  '2026-03-08T06:59:59.500Z',
  '2026-03-08T02:30:00Z',
  '2026-10-03T15:15:00Z',
  '2026-07-01T00:10:00Z',
];
const TIMES = [
  ...[
    'now',
    '10 hours from now',
    'in 2 months',
    'tomorrow at 2.30am',
    'tomorrow',
    'next week monday at 5am',
    '9pm tonight',
  ],
  ...[
    'friday at 2am',
    'next week',
    '2.30',
    'march 8 at 2.30am',
    'may 5th 2031 at 4pm',
    'march 8 2026 2:30 est',
    'this evening',
  ],
  ...[
    'tomorrow morning',
    '2 weeks after friday',
    'end of month',
    '2026-03-08',
    '2026-03-08T02:30',
    '2026-W11-1 02:30',
  ],
  ...['Sun, 08 Mar 2026 02:30:00 GMT', 'Sun, 08 Mar 2026 02:30:00'],
];
const DATES = [
  { date: '2026-03-08 02:30', format: 'YYYY-MM-DD HH:mm' },
  { date: '08 March 26 2.30 am', format: 'DD MMMM YY h.mm a' },
  { date: '2026 10 7', format: 'GGGG WW E' },
  { date: '2026-03-08 02:30:26.123' },
];
const SCRIPT = `
  import { parseTime, parseTimeOfDay } from './text/human-time.js';
  import { parseCron } from './cron/cron.js';
  import { nextRunAt } from './plan/pattern.js';
  import { localTimeOf } from './zone/local-time.js';
  const [instants, times] = JSON.parse(process.argv[2]);
  const read = (input, now, zone) => { try { return parseTime(input, now, zone).at; } catch (error) { return error.message; } };
  const found = instants.map(Date.parse).map((now) => [
    times.map((input) => read(input, now)),
    times.map((input) => read(input, now, 'America/Santiago')),
    nextRunAt(parseCron('* * -1,8 * 2 30 0'), now),
    nextRunAt({ ...parseCron('* * -1,8 * 2 30 0'), zone: { zone: 'America/New_York', gap: 'after', overlap: 'last' } }, now),
    localTimeOf(now, 'Asia/Kathmandu'),
    parseTimeOfDay('2026-03-08T02:30').msOfDay,
  ]);
  console.log(JSON.stringify({ host: new Date(0).getTimezoneOffset(), found }));
`;

/** The core as JavaScript in a folder of its own, so that a process with another TZ can load it. */
function setup(): { resultsIn: (zone: string) => { host: number; found: unknown }; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-time-zone-'));
  const files = readdirSync(CORE, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const { code } = transformSync(readFileSync(join(CORE, file), 'utf8'), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    const place = join(folder, file.replace(/ts$/, 'js'));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, code);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'script.js'), SCRIPT);
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const input = JSON.stringify([INSTANTS, [...TIMES, ...DATES]]);
  const resultsIn = (TZ: string): { host: number; found: unknown } =>
    JSON.parse(
      execFileSync(process.execPath, [join(folder, 'script.js'), input], {
        env: { ...process.env, TZ },
        encoding: 'utf8',
      }),
    );
  return { resultsIn, remove: () => rmSync(folder, { recursive: true }) };
}

describe("the host's time zone", () => {
  it('changes nothing that is read from a text', () => {
    const { resultsIn, remove } = setup();
    const inUtc = resultsIn('UTC');
    expect(JSON.stringify(inUtc.found)).not.toContain('null');
    for (const zone of ['America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Kiritimati']) {
      const there = resultsIn(zone);
      expect(there.host).not.toBe(inUtc.host);
      expect(there.found).toEqual(inUtc.found);
    }
    remove();
  });
});
