import { noCounts } from '../../core/lateness-steps.js';

/** What is counted of calls: those that were made, those that failed, those of which nobody knows the end, and all of them by lateness. */
export interface Counts {
  readonly calls: number;
  readonly failures: number;
  readonly unknowns: number;
  /** How many calls were late by each step of LATENESS_STEPS. */
  readonly lateness: readonly number[];
}

/** Counts under a key of numbers, such as (instance, minute). */
export interface Tallied extends Counts {
  readonly key: readonly number[];
}

/** What one event adds: a call with the step of its lateness, or the end of a call. */
export interface Addition {
  readonly step: number | null;
  readonly end: 'failure' | 'unknown' | null;
}

interface Cell {
  readonly key: readonly number[];
  calls: number;
  failures: number;
  unknowns: number;
  readonly lateness: number[];
}

/** Counts in memory until somebody takes them. */
export class Tally {
  private cells = new Map<string, Cell>();

  /** Counts one event under a key. */
  add(key: readonly number[], { step, end }: Addition): void {
    const cell = this.cellOf(key);
    if (step !== null) {
      cell.calls += 1;
      cell.lateness[step] = (cell.lateness[step] ?? 0) + 1;
    }
    if (end === 'failure') cell.failures += 1;
    if (end === 'unknown') cell.unknowns += 1;
  }

  /** Returns all counts in the order of their keys, and begins anew. */
  take(): Tallied[] {
    const taken = [...this.cells.values()];
    this.cells = new Map();
    return taken.sort((a, b) => compare(a.key, b.key));
  }

  /** Adds counts that were taken and could not be stored. */
  giveBack(taken: readonly Tallied[]): void {
    for (const { key, calls, failures, unknowns, lateness } of taken) {
      const cell = this.cellOf(key);
      cell.calls += calls;
      cell.failures += failures;
      cell.unknowns += unknowns;
      lateness.forEach((count, step) => (cell.lateness[step] = (cell.lateness[step] ?? 0) + count));
    }
  }

  private cellOf(key: readonly number[]): Cell {
    const text = key.join();
    let cell = this.cells.get(text);
    if (!cell) {
      cell = { key, calls: 0, failures: 0, unknowns: 0, lateness: noCounts() };
      this.cells.set(text, cell);
    }
    return cell;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, at) => value !== b[at]);
  return place < 0 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}
