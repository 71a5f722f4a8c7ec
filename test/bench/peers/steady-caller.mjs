/**
 * No scheduler at all: posts the same call at even intervals and does nothing else. What that costs on a machine is the
 * least that a steady load can cost there. `steady-caller.mjs <target> <calls per second> <data>`.
 */
import { caller } from './call.mjs';

const [target, perSecond, data] = process.argv.slice(2);
const everyMs = 1_000 / Number(perSecond);
const call = caller(target);
const startedAt = performance.now();
let made = 0;

function callDue() {
  const sinceMs = performance.now() - startedAt;
  for (; made * everyMs <= sinceMs; made++) void call(made, data);
  setTimeout(callDue, Math.max(1, made * everyMs - sinceMs));
}
callDue();
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
