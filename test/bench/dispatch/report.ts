import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figures.js';

const RESULTS = fileURLToPath(new URL('../results', import.meta.url));
const COLUMNS = ['workload', 'figure', 'value', 'bar', 'met', 'beside'] as const;

/** Prints the figures as one table. */
export function printTable(figures: readonly Figure[]): void {
  const rows = figures.map((figure) => [
    figure.workload,
    figure.figure,
    `${shown(figure.value)} ${figure.unit}`.trim(),
    figure.bar?.text ?? '',
    figure.bar ? (figure.bar.isMet ? 'yes' : 'NO') : '',
    figure.peer ? `${ratio(figure)} of ${figure.peer.name} (${shown(figure.peer.value)})` : '',
  ]);
  const table = [[...COLUMNS], ...rows];
  const widths = COLUMNS.map((_, place) => Math.max(...table.map((row) => row[place]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  console.log(['', line(table[0] ?? []), rule, ...table.slice(1).map(line), ''].join('\n'));
}

/** Writes the figures and the machine they were measured on, and returns the file. */
export function writeJson(figures: readonly Figure[], remarks: readonly string[]): string {
  mkdirSync(RESULTS, { recursive: true });
  const at = new Date().toISOString();
  const file = join(RESULTS, `${at.slice(0, 19).replaceAll(':', '')}.json`);
  writeFileSync(file, `${JSON.stringify({ at, machine: machine(), remarks, figures }, null, 2)}\n`);
  return file;
}

/** One line on the machine: processors, memory, versions, how busy it is, what was measured. */
export function machine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const load = `load ${loadavg()[0]?.toFixed(1)} at the start of this line`;
  return `${cpus().length} x ${cpus()[0]?.model.trim()}, ${memory}, Node.js ${process.version}, commit ${commit()}, ${load}`;
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return 'unknown';
  }
}

function ratio({ value, peer }: Figure): string {
  return `${(value / (peer?.value ?? Number.NaN)).toFixed(2)} x`;
}

function shown(value: number): string {
  if (Number.isNaN(value)) return 'none';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
