import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The lines of Chart.yaml that a release changes. */
export const VERSION_LINES = /^(version|appVersion): .*$/gm;

const CHART = 'deploy/helm/carillon';
const CASES = 'test/deploy/chart';

/** Returns a digest of the chart and of the values with which it is rendered, but for its version. */
export function chartDigest() {
  const ofChart = readdirSync(CHART, { recursive: true, withFileTypes: true })
    // What is linked to from elsewhere is copied in as it is.
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const ofCases = readdirSync(CASES).filter((name) => name.endsWith('.values.yaml'));
  const hash = createHash('sha256');
  for (const file of [...ofChart, ...ofCases.map((name) => join(CASES, name))].sort()) {
    hash.update(file).update('\0').update(readFileSync(file, 'utf8').replace(VERSION_LINES, '')).update('\0');
  }
  return hash.digest('hex');
}
