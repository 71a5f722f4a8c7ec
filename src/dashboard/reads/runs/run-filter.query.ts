import type { Instant } from '../../../core/instant.js';
import { RUN_STATES, SHOWN_STATES, type ShownState } from '../../../core/run-state.js';
import { uuidToBytes } from '../../../database/columns.js';
import { RETRYING, SCHEDULED, TRIGGERED, WAITING } from '../../../database/entities/stored-values.js';
import type { RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';
import type { Cursor } from '../cursor.js';

/** Which runs: of a scope, or of one schedule that is known to be in it. */
export interface RunFilter {
  readonly scope: RowScope;
  readonly scheduleId?: string | undefined;
  readonly states: readonly ShownState[];
  /** When they were due; `to` is the first instant beyond. Of one schedule: for when they were planned. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** SQL that stands after SELECT and FROM: where the rows of alias `r` are, with its parameters. */
export interface RunRange {
  readonly sql: string;
  readonly parameters: readonly (number | Buffer)[];
}

/** The states of runs that are no mere plans. */
export const BEGUN_STATES = SHOWN_STATES.filter((state) => state !== 'SCHEDULED');

/** A range of the queue's index: the runs of one state, in the order of `due_at`. */
export interface StateRange extends RunRange {
  /** The state that everybody is told of these runs. */
  readonly told: ShownState;
}

/** The ranges of the queue's index that have the runs of a tenant, one for each state. */
export function rangesOfTenant(tx: Tx, filter: RunFilter, after?: Cursor): StateRange[] {
  return rangesOf(tx, filter, filter.scope.tenancyId, after);
}

/** The same ranges of any tenancy: of a row id, or of the row with the alias `t` around them. */
export function rangesOf(tx: Tx, filter: RunFilter, tenancy: number | 't.id', after?: Cursor): StateRange[] {
  const bounds = within('due_at', filter, after);
  const [sql, own] = tenancy === 't.id' ? ['t.id', []] : ['?', [tenancy]];
  return storedStates(filter.states).map(({ told, state, condition }) => ({
    told,
    sql: `FROM run r ${tx.dialect.useIndex('run_queue')}
      WHERE r.state = ${state} AND r.tenancy_id = ${sql}${condition}${bounds.sql}`,
    parameters: [...own, ...bounds.parameters],
  }));
}

/** A range whose rows have to be looked at one by one, because its index knows nothing of their states: one more parameter says of how many. */
export interface Scan extends RunRange {
  /** The column that has the order. */
  readonly by: 'due_at' | 'planned_at';
  /** Conditions for its rows: whether one is of the scope, and whether one is meant. Their parameters stand before those of the range. */
  readonly own: RunRange;
  readonly meant: RunRange;
}

/** The state of the row of alias `r` that everybody is told, as its number (core/run-state, `shownState`). */
export const TOLD_STATE = `CASE WHEN r.state = ${TRIGGERED} AND r.executed_at IS NULL
    THEN CASE WHEN r.attempt > 1 THEN ${RETRYING} ELSE ${SCHEDULED} END
  WHEN r.state = ${WAITING} THEN ${SCHEDULED} ELSE r.state END`;

/** Returns how to look through the runs of a schedule, or of all instances for those of one. */
export function scanOf(tx: Tx, filter: RunFilter, after?: Cursor): Scan {
  const { scheduleId, scope, states } = filter;
  const isOfSchedule = scheduleId !== undefined;
  const by = isOfSchedule ? 'planned_at' : 'due_at';
  const bounds = within(by, filter, after);
  const those = storedStates(states).map(({ state, condition }) => `(r.state = ${state}${condition})`);
  const hint = tx.dialect.useIndex(isOfSchedule ? 'run_schedule' : 'run_due');
  const place = isOfSchedule
    ? { own: OF_ITSELF, sql: 'r.schedule_id = ?', values: [uuidToBytes(scheduleId)] }
    : { own: ofInstance(scope.instanceId), sql: 'r.due_at >= 0', values: [] };
  return {
    ...{ by, own: place.own },
    // The state first: it costs nothing, and few have one that is asked for.
    meant: { sql: `((${those.join(' OR ')}) AND ${place.own.sql})`, parameters: place.own.parameters },
    sql: `FROM run r ${hint} WHERE ${place.sql}${bounds.sql} ORDER BY r.${by} DESC, r.id DESC LIMIT ?`,
    parameters: [...place.values, ...bounds.parameters],
  };
}

const OF_ITSELF: RunRange = { sql: '1', parameters: [] };

/** No join: where tenancies are few, MariaDB joins all runs with them before it looks for the latest. */
function ofInstance(instanceId: number): RunRange {
  const sql = 'EXISTS (SELECT 1 FROM tenancy t WHERE t.id = r.tenancy_id AND t.instance_id = ?)';
  return { sql, parameters: [instanceId] };
}

/** How runs are stored of which everybody is told one state. */
interface Stored {
  readonly told: ShownState;
  readonly state: number;
  readonly condition: string;
}

const UNCALLED = { state: TRIGGERED, condition: ' AND r.executed_at IS NULL' } as const;

function storedStates(states: readonly ShownState[]): Stored[] {
  return states.flatMap((told): Stored[] => {
    const itself = { told, state: RUN_STATES.indexOf(told), condition: '' };
    switch (told) {
      case 'TRIGGERED':
        return [{ ...itself, condition: ' AND r.executed_at IS NOT NULL' }];
      case 'SCHEDULED':
        return [
          itself,
          { told, state: WAITING, condition: '' },
          { told, state: UNCALLED.state, condition: `${UNCALLED.condition} AND r.attempt = 1` },
        ];
      case 'RETRYING':
        return [
          itself,
          { told, state: UNCALLED.state, condition: `${UNCALLED.condition} AND r.attempt > 1` },
        ];
      default:
        return [itself];
    }
  });
}

function within(by: Scan['by'], { from, to }: RunFilter, after: Cursor | undefined): RunRange {
  const bounds: RunRange[] = [];
  if (from !== undefined) bounds.push({ sql: ` AND r.${by} >= ?`, parameters: [from] });
  if (to !== undefined) bounds.push({ sql: ` AND r.${by} < ?`, parameters: [to] });
  if (after) {
    const sql = ` AND r.${by} <= ? AND (r.${by} < ? OR r.id < ?)`;
    bounds.push({ sql, parameters: [after.at, after.at, uuidToBytes(after.id)] });
  }
  return {
    sql: bounds.map(({ sql }) => sql).join(''),
    parameters: bounds.flatMap(({ parameters }) => parameters),
  };
}
