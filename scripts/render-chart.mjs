/**
 * Lints the Helm chart and writes what it renders to test/deploy/chart, for the tests to look at: they run without Helm, and fail
 * where the chart has changed since. HELM names the program where `helm` is not on the path (version 3.8 or later). The version of
 * the chart is left out of all of it, so that a release changes nothing here.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chartDigest, VERSION_LINES } from '../test/deploy/chart-digest.js';

process.chdir(join(import.meta.dirname, '..'));

const HELM = process.env.HELM || 'helm';
const FOLDER = 'test/deploy/chart';
/** What must not be installed, and what is said of it. */
const REFUSED = [
  { why: 'no Secret is named', set: 'existingSecret=' },
  { why: 'no public address', set: 'settings.PUBLIC_URL=' },
  { why: 'two replicas on one SQLite file', set: 'database.kind=sqlite' },
  {
    why: 'a number of replicas that something else chooses, on one SQLite file',
    set: 'database.kind=sqlite,replicaCount=null',
  },
  { why: 'less time to stop than calls get', set: 'preStopSeconds=30' },
  { why: 'a secret among the values', set: 'settings.KEY_ENCRYPTION_SECRET=0123456789abcdef' },
  { why: 'a setting that the chart has already set', set: 'settings.PORT=8080' },
  { why: 'a truth value for a setting', set: 'settings.DISPATCH=true' },
  { why: 'a value that does not exist', set: 'replicas=3' },
  { why: 'an Ingress without a host', set: 'ingress.enabled=true' },
];

const scratch = mkdtempSync(join(tmpdir(), 'carillon-chart-'));
const chart = join(scratch, 'carillon');
try {
  cpSync('deploy/helm/carillon', chart, { recursive: true, dereference: true });
  const description = join(chart, 'Chart.yaml');
  writeFileSync(description, readFileSync(description, 'utf8').replace(VERSION_LINES, '$1: 0.0.0'));

  const cases = readdirSync(FOLDER).filter((name) => name.endsWith('.values.yaml'));
  for (const name of cases) {
    const values = ['--values', join(FOLDER, name)];
    execFileSync(HELM, ['lint', '--strict', chart, ...values], { stdio: ['ignore', 'ignore', 'inherit'] });
    const rendered = execFileSync(HELM, ['template', 'jobs', chart, '--namespace', 'jobs', ...values], {
      encoding: 'utf8',
    });
    writeFileSync(join(FOLDER, name.replace('.values', '')), rendered);
  }
  // Copied from docker/prometheus through a link: other rules change nothing that is kept here.
  const rules = ['--values', join(FOLDER, 'usual.values.yaml'), '--set', 'prometheusRule.enabled=true'];
  const rule = execFileSync(
    HELM,
    ['template', 'jobs', chart, ...rules, '--show-only', 'templates/prometheusrule.yaml'],
    { encoding: 'utf8' },
  );
  if (!/^ {2}groups:\n {4}- name: carillon$/m.test(rule)) throw new Error(`No rules are rendered:\n${rule}`);
  writeFileSync(join(FOLDER, 'refused.txt'), REFUSED.map(refusal).join('\n'));
  writeFileSync(join(FOLDER, 'made-from'), `${chartDigest()}\n`);
  console.log(`Rendered ${cases.length} cases and ${REFUSED.length} refusals by ${version()}.`);
} finally {
  rmSync(scratch, { recursive: true });
}

function refusal({ why, set }) {
  const args = ['template', 'jobs', chart, '--values', join(FOLDER, 'usual.values.yaml'), '--set', set];
  const { status, stderr } = spawnSync(HELM, args, { encoding: 'utf8' });
  if (status === 0) throw new Error(`Not refused: ${why} (--set ${set})`);
  const said = stderr.split('\n').filter((line) => line.trim() && !line.startsWith('Use --debug'));
  return `${why}: --set ${set}\n${said.map((line) => `  ${line}\n`).join('')}`;
}

function version() {
  return execFileSync(HELM, ['version', '--short'], { encoding: 'utf8' }).trim();
}
