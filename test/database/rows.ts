import { uuidToBytes } from '../../src/database/columns.js';
import type { Database } from '../../src/database/database.js';
import type { Cell } from '../../src/database/dialects/dialect.js';
import { RunRow } from '../../src/database/entities/run.row.js';

/** Returns the UUID that stands for a number: `uuid(7)` ends in 7. */
export function uuid(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Returns the 16 bytes of `uuid(number)`. */
export function uuidBytes(number: number): Buffer {
  return uuidToBytes(uuid(number));
}

/** Returns the number of a UUID made by `uuid`, from its text or its bytes. */
export function numberOf(id: string | Buffer): number {
  return parseInt((typeof id === 'string' ? id : id.toString('hex')).slice(-12), 16);
}

/** Returns a planned run: id, schedule and planned instant follow from its number unless they are given; it is due as planned. */
export function runRow(number: number, change: Partial<RunRow> = {}): RunRow {
  return Object.assign(new RunRow(), {
    id: uuid(number),
    scheduleId: uuid(1_000_000 + number),
    tenancyId: 1,
    origin: 'plan',
    state: 'SCHEDULED',
    plannedAt: number,
    dueAt: change.plannedAt ?? number,
    createdAt: 0,
    isReported: false,
    attempt: 1,
    attempts: null,
    ...{ originalAt: null, replayOf: null, pacedBy: null, hold: null, heldSince: null },
    ...change,
  });
}

/** Returns a planned run as the cells of its columns; all but the change follows from its number. */
export const runCells = (number: number, change: Record<string, Cell> = {}): Record<string, Cell> => ({
  id: uuidBytes(number),
  schedule_id: uuidBytes(number),
  ...{ tenancy_id: 1, origin: 0, state: 0, planned_at: 0, due_at: 0, created_at: 0, is_reported: 0 },
  ...change,
});

/** Stores runs. */
export async function storeRuns(database: Database, rows: readonly RunRow[]): Promise<void> {
  await database.transaction((tx) => tx.manager.insert(RunRow, [...rows]));
}

/** Returns the numbers of all stored runs in order. */
export async function storedRuns(database: Database): Promise<number[]> {
  const rows = await database.read((tx) => tx.query<{ id: Buffer }>('SELECT id FROM run ORDER BY id'));
  return rows.map(({ id }) => numberOf(id));
}

/** A gate for `count` parties: each waits until all have come; from then on it stands open. */
export function gateFor(count: number): () => Promise<void> {
  let here = 0;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    if (++here >= count) open();
    return opened;
  };
}
