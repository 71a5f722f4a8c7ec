import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPORT = fileURLToPath(new URL('../report.json', import.meta.url));

const COLUMNS = [
  ['fault', (row) => row.fault],
  ['replicas', (row) => String(row.replicas)],
  ['planned', (row) => String(row.planned)],
  ['called', (row) => String(row.called)],
  ['missed', (row) => String(row.missed)],
  ['doubled', (row) => String(row.doubled)],
  ['latest (s)', (row) => (row.worstLatenessMs / 1000).toFixed(2)],
  ['recovery (s)', (row) => (row.recoveryMs / 1000).toFixed(2)],
  ['lease (s)', (row) => (row.leaseMs / 1000).toFixed(0)],
];

/** Prints one row per fault when the run has ended, and writes them as JSON. */
export default class ReportReporter {
  #folder = mkdtempSync(join(tmpdir(), 'carillon-faults-'));
  #rows = join(this.#folder, 'rows.jsonl');

  onRunStart() {
    process.env.CARILLON_FAULT_ROWS = this.#rows;
  }

  onRunComplete() {
    const lines = existsSync(this.#rows) ? readFileSync(this.#rows, 'utf8').trim().split('\n') : [];
    rmSync(this.#folder, { recursive: true });
    if (lines.length === 0) return;
    const rows = lines.map((line) => JSON.parse(line));
    const form = process.env.CARILLON_FAULTS === 'long' ? 'long' : 'short';
    writeFileSync(REPORT, `${JSON.stringify({ form, rows }, null, 2)}\n`);
    console.log(`\n${table(rows)}\n`);
  }
}

function table(rows) {
  const cells = [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_, place) => Math.max(...cells.map((line) => line[place].length)));
  const lineOf = (line) =>
    line
      .map((cell, place) => (place === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[place])))
      .join('  ');
  return [
    lineOf(cells[0]),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...cells.slice(1).map(lineOf),
  ].join('\n');
}
