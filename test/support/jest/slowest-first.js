import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { default: TestSequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/** What takes a file long: a browser most, then servers and processes. */
const SLOW = [/\bDashboard\.start\(/, /\b(Private\w+|ServiceProcess|startService)\b|\bbuild\b\(?\)/];

/**
 * Begins with what takes long, so that the workers end together. Jest goes by how long each file took in the run before; on
 * a clean clone it knows only their sizes, and the file that looks at most pages is among the smallest.
 */
export default class SlowestFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.some((test) => test.duration !== undefined)) return sorted;
    const ranks = new Map(sorted.map(({ path }) => [path, rankOf(readFileSync(path, 'utf8'))]));
    return [...sorted].sort((a, b) => ranks.get(a.path) - ranks.get(b.path));
  }
}

function rankOf(source) {
  const rank = SLOW.findIndex((slow) => slow.test(source));
  return rank === -1 ? SLOW.length : rank;
}
