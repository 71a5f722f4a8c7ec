import { asynchronous } from './dispatch/async.js';
import { away } from './dispatch/away.js';
import { calculus } from './dispatch/calculus.js';
import { drain } from './dispatch/drain.js';
import { extensions } from './dispatch/extensions.js';
import type { Figure } from './dispatch/figures.js';
import { herd } from './dispatch/herd.js';
import { idle } from './dispatch/idle.js';
import { noisy } from './dispatch/noisy.js';
import { offboarding } from './dispatch/offboarding.js';
import { oneTime } from './dispatch/one-time.js';
import { readOptions, type Options } from './dispatch/options.js';
import { machine, printTable, writeJson } from './dispatch/report.js';
import { overdue } from './dispatch/overdue.js';
import { requests } from './dispatch/requests.js';
import { scale } from './dispatch/scale.js';
import { size } from './dispatch/size.js';
import { Stage } from './dispatch/stage.js';
import { steady } from './dispatch/steady.js';
import { tasks } from './dispatch/tasks.js';
import { throttle } from './dispatch/throttle.js';
import { traces } from './dispatch/traces.js';
import { installPeers } from './support/packages.js';

/**
 * `npm run bench -- dispatch [workload...] [--quick] [--idle-seconds N] [--rounds N] [--without peer,...]`: the
 * dispatcher under load, on a durable MariaDB that is started for it, calling a real endpoint; peers beside it.
 * Prints one table and writes test/bench/results/<date>.json. Ends with 1 where a bar is missed.
 */
const WORKLOADS: Readonly<Record<string, (stage: Stage, options: Options) => Promise<Figure[]>>> = {
  drain,
  extensions,
  traces,
  steady,
  async: asynchronous,
  requests,
  overdue,
  herd,
  noisy,
  away,
  offboarding,
  'one-time': oneTime,
  scale,
  tasks,
  throttle,
  idle,
  size,
  calculus,
};

const options = readOptions(process.argv.slice(2), Object.keys(WORKLOADS));
installPeers();
console.log(machine());
const remarks = [
  ...(options.isQuick ? ['quick: smaller numbers, a look and not a measurement'] : []),
  ...options.without.map((peer) => `left out on request: ${peer}`),
];
const figures: Figure[] = [];
const stage = await Stage.open();
try {
  for (const name of options.workloads) {
    console.log(`${name} ...`);
    // Every name was checked to be known.
    figures.push(...((await WORKLOADS[name]?.(stage, options)) ?? []));
  }
} finally {
  await stage.close();
  printTable(figures);
  for (const remark of remarks) console.log(remark);
  if (figures.length > 0) console.log(`Written to ${writeJson(figures, remarks)}`);
}
if (figures.some((figure) => figure.bar?.isMet === false)) process.exitCode = 1;
