/**
 * Prints what one `nextRunAt` costs, in nanoseconds, side by side with croner on the pattern of the same meaning:
 * the median of several rounds over the same random instants. Needs `npm install` in this folder; another folder
 * of sources may be given as the argument.
 */
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { Cron as Croner } from 'croner';

const sources = resolve(process.argv[2] ?? new URL('../../src', import.meta.url).pathname);
const load = (file) => import(pathToFileURL(`${sources}/core/${file}`).href);
const { parseCron } = await load('cron/cron.ts');
const { nextRunAt, previousRunAt, countRuns } = await load('plan/pattern.ts');
const { firingsPerDay } = await load('plan/firings.ts');
const { upcomingIfCreated } = await load('plan/upcoming.ts');
const { describePattern } = await load('describe/describe.ts');

const ROUNDS = 9;
const INSTANTS = 2_000;
const YEAR_MS = 365 * 86_400_000;

/** Ours, and croner's: second minute hour day month weekday. */
const PATTERNS = [
  ['* * * * * * *', '* * * * * *'],
  ['* * * * * * */10', '*/10 * * * * *'],
  ['* * * * * * 0', '0 * * * * *'],
  ['* * * * * */5 0', '0 */5 * * * *'],
  ['* * * * * */10 0', '0 */10 * * * *'],
  ['* * * * * 0 0', '0 0 * * * *'],
  ['* * * * */2 0 0', '0 0 */2 * * *'],
  ['* * * * 9 0 0', '0 0 9 * * *'],
  ['* * * * 9,12,18 30 0', '0 30 9,12,18 * * *'],
  ['* * * mon 10 0 0', '0 0 10 * * MON'],
  ['* * * mon:fri 9:17 */15 0', '0 */15 9-17 * * MON-FRI'],
  ['* * * sat,sun 23 59 59', '59 59 23 * * SAT,SUN'],
  ['* * 1 * 0 0 0', '0 0 0 1 * *'],
  ['* * 15 * 18 0 0', '0 0 18 15 * *'],
  ['* * -1 * 23 0 0', '0 0 23 L * *'],
  ['* * * -1.sun 9 0 0', '0 0 9 * * SUN#L'],
  ['* * * 2.mon 6 0 0', '0 0 6 * * MON#2'],
  ['* 1,4,7,10 1 * 0 0 0', '0 0 0 1 1,4,7,10 *'],
  ['* 12 24 * 18 0 0', '0 0 18 24 12 *'],
  ['* 2 29 * 0 0 0', '0 0 0 29 2 *'],
];

/** Patterns that match seldom or never: what a hostile expression costs. */
const HOSTILE = [
  '* 2 30 * 0 0 0',
  '2999 2 30 * 0 0 0',
  '2999 12 31 * 23 59 59',
  '* 2 29 5.mon 0 0 0',
  '1971:2999/2 2 29 * 0 0 0',
  '* 2 -29 -5.mon 0 0 0',
];

const instants = Array.from({ length: INSTANTS }, (_, index) =>
  Math.floor(Date.UTC(2026, 0, 1) + (((index * 2654435761) % 4294967296) / 4294967296) * 3 * YEAR_MS),
);
const dates = instants.map((at) => new Date(at));

/** The median over the rounds of the nanoseconds per call; the first round only warms up. */
function nsPerCall(values, call) {
  const rounds = [];
  let sink = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (const value of values) sink += Number(call(value));
    const ns = Number(process.hrtime.bigint() - start) / values.length;
    if (round > 0) rounds.push(ns);
  }
  if (Number.isNaN(sink)) throw new Error('a result is not an instant');
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1];
}

const cell = (value) => String(value).padStart(10);
const timed = [];
console.log(
  `${'pattern'.padEnd(28)}${cell('ours ns')}${cell('croner ns')}${cell('ratio')}${cell('parse ns')}`,
);
for (const [expression, theirs] of PATTERNS) {
  const pattern = parseCron(expression);
  const croner = new Croner(theirs, { utcOffset: 0, paused: true });
  const differs = dates.find(
    (date) => nextRunAt(pattern, date.getTime()) !== croner.nextRun(date)?.getTime(),
  );
  if (differs)
    console.log(
      `  differs from croner at ${differs.toISOString()}: ${croner.nextRun(differs)?.toISOString()}`,
    );
  const ours = nsPerCall(instants, (at) => nextRunAt(pattern, at));
  const other = nsPerCall(dates.slice(0, 400), (date) => croner.nextRun(date));
  const parse = nsPerCall(instants, () => parseCron(expression).kind.length);
  timed.push({ expression, ours, croner: other });
  console.log(
    `${expression.padEnd(28)}${cell(ours.toFixed(0))}${cell(other.toFixed(0))}${cell((other / ours).toFixed(0))}${cell(parse.toFixed(0))}`,
  );
}

console.log(`\n${'hostile pattern'.padEnd(28)}${cell('next ns')}${cell('prev ns')}${cell('count ns')}`);
const [from, to] = [0, Date.UTC(2999, 11, 31)];
for (const expression of HOSTILE) {
  const pattern = parseCron(expression);
  const next = nsPerCall(instants, (at) => nextRunAt(pattern, at));
  const previous = nsPerCall(instants, (at) => previousRunAt(pattern, at, from));
  const count = nsPerCall(instants.slice(0, 50), () => countRuns(pattern, from, to));
  console.log(
    `${expression.padEnd(28)}${cell(next.toFixed(0))}${cell(previous.toFixed(0))}${cell(count.toFixed(0))}`,
  );
}

const everySecond = parseCron('* * * * * * *');
const week = nsPerCall(instants, (at) => countRuns(everySecond, at, at + 7 * 86_400_000));
const years = nsPerCall(instants, (at) => countRuns(everySecond, at, at + 10 * YEAR_MS));
console.log(
  `\ncountRuns of every second over a week: ${week.toFixed(0)} ns, over ten years: ${years.toFixed(0)} ns`,
);
const previewed = (expression) => (at) => {
  const pattern = parseCron(expression);
  const { runs } = upcomingIfCreated({ pattern, window: { startAt: null, endAt: null } }, at, 100);
  return describePattern(pattern).length + runs.length + firingsPerDay(pattern, at);
};
console.log(`\n${'preview of 100 runs'.padEnd(28)}${cell('us')}`);
for (const expression of ['* * * * * * *', '* * * mon:fri 9:17 */15 0', ...HOSTILE]) {
  const ns = nsPerCall(instants.slice(0, 200), previewed(expression));
  console.log(`${expression.padEnd(28)}${cell((ns / 1_000).toFixed(0))}`);
}
/** What a zone costs: the same patterns in the local time of twenty zones, once their offsets are known. Bar: 5 times UTC. */
const IN_ZONES = [
  ...[
    'Europe/Berlin',
    'Europe/London',
    'Europe/Dublin',
    'Europe/Kyiv',
    'America/New_York',
    'America/Los_Angeles',
  ],
  ...['America/Sao_Paulo', 'America/Santiago', 'America/St_Johns', 'Africa/Casablanca', 'Africa/Cairo'],
  ...[
    'Asia/Kolkata',
    'Asia/Tokyo',
    'Asia/Tehran',
    'Australia/Sydney',
    'Australia/Lord_Howe',
    'Pacific/Auckland',
  ],
  ...['Pacific/Apia', 'Antarctica/Troll', 'Pacific/Chatham'],
];
const ratios = [];
console.log(`\n${'in a zone (mean of 20)'.padEnd(28)}${cell('UTC ns')}${cell('zone ns')}${cell('ratio')}`);
for (const { expression } of timed) {
  const inUtc = parseCron(expression);
  const utc = nsPerCall(instants, (at) => nextRunAt(inUtc, at));
  const each = IN_ZONES.map((zone) => {
    const pattern = { ...parseCron(expression), zone: { zone, gap: 'after', overlap: 'first' } };
    return nsPerCall(instants, (at) => nextRunAt(pattern, at));
  });
  const mean = each.reduce((sum, ns) => sum + ns, 0) / each.length;
  ratios.push(mean / utc);
  console.log(
    `${expression.padEnd(28)}${cell(utc.toFixed(0))}${cell(mean.toFixed(0))}${cell((mean / utc).toFixed(1))}`,
  );
}
console.log(
  `mean of the ratios: ${(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toFixed(1)}, most: ${Math.max(...ratios).toFixed(1)}`,
);
const neverInZone = {
  ...parseCron('* 3 * -1.sun 2 30 0'),
  zone: { zone: 'Europe/Berlin', gap: 'skip', overlap: 'first' },
};
const cold = process.hrtime.bigint();
nextRunAt(neverInZone, instants[0]);
const coldMs = Number(process.hrtime.bigint() - cold) / 1e6;
const warm = nsPerCall(instants.slice(0, 50), (at) => nextRunAt(neverInZone, at) ?? 0);
console.log(
  `never, in a gap each year up to 2999: ${coldMs.toFixed(0)} ms the first time, then ${(warm / 1_000).toFixed(0)} us`,
);
// Where another benchmark runs this one, it wants the figures.
process.send?.(timed);
