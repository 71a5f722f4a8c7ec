import { driverCode } from './driver-error.js';

/** The server is away, or cut this connection. */
export const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EACCES',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_PACKETS_OUT_OF_ORDER',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_SERVER_SHUTDOWN',
  'ER_CONNECTION_KILLED',
]);

/** The server refuses the user or the password. */
export const NO_ACCESS: ReadonlySet<string> = new Set([
  'ER_ACCESS_DENIED_ERROR',
  'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
  'ER_ACCOUNT_HAS_BEEN_LOCKED',
  'ER_MUST_CHANGE_PASSWORD',
  'ER_MUST_CHANGE_PASSWORD_LOGIN',
  'ER_CREDENTIALS_CONTRADICT_TO_HISTORY',
  'ER_NOT_SUPPORTED_AUTH_MODE',
  'AUTH_SWITCH_PLUGIN_ERROR',
]);

/** The server knows the user and denies what was asked for. */
export const NO_RIGHTS: ReadonlySet<string> = new Set([
  'ER_DBACCESS_DENIED_ERROR',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_COLUMNACCESS_DENIED_ERROR',
  'ER_SPECIFIC_ACCESS_DENIED_ERROR',
  'ER_KILL_DENIED_ERROR',
]);

const READ_ONLY = 'The database cannot be written: it is read-only.';
const NO_CONNECTIONS_FROM_HERE = 'The database takes no connections from this machine.';

/** What else keeps a server that answers from any work. */
const OUTAGES: Readonly<Record<string, string>> = {
  ER_CON_COUNT_ERROR: 'The database takes no more connections.',
  ER_TOO_MANY_USER_CONNECTIONS: 'The database takes no more connections of this user.',
  ER_USER_LIMIT_REACHED: 'The database takes no more work of this user: its limit is reached.',
  ER_HOST_NOT_PRIVILEGED: NO_CONNECTIONS_FROM_HERE,
  ER_HOST_IS_BLOCKED: NO_CONNECTIONS_FROM_HERE,
  ER_SECURE_TRANSPORT_REQUIRED: 'The database takes encrypted connections only.',
  HANDSHAKE_NO_SSL_SUPPORT: 'The database offers no encryption.',
  HANDSHAKE_SSL_ERROR: 'The database did not prove who it is.',
  ER_OUT_OF_RESOURCES: 'The database is out of memory.',
  ER_OUTOFMEMORY: 'The database is out of memory.',
  ER_LOCK_TABLE_FULL: 'The database is out of memory for locks.',
  ER_QUERY_TIMEOUT: 'The database gave a statement up: it is too slow.',
  ER_NET_PACKET_TOO_LARGE:
    'The database refuses a statement of this size: its max_allowed_packet is too small.',
  ER_BINLOG_STMT_MODE_AND_ROW_ENGINE: 'The database cannot be written: its binlog_format is STATEMENT.',
  ER_BINLOG_ROW_INJECTION_AND_STMT_ENGINE: 'The database cannot be written: its binlog_format does not fit.',
  ER_BAD_DB_ERROR: 'The database is not on its server any more.',
  ER_DISK_FULL: 'The database cannot be written: its disk is full.',
  ER_RECORD_FILE_FULL: 'The database cannot be written: its disk is full.',
  ER_OPTION_PREVENTS_STATEMENT: READ_ONLY,
  ER_READ_ONLY_MODE: READ_ONLY,
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: READ_ONLY,
  ER_SERVER_OFFLINE_MODE: 'The database is in offline mode.',
  ER_UNKNOWN_COM_ERROR: 'The node of the database has lost the others of its cluster.',
};

/** What may pass by itself while the server is there. */
const PASSING = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
  'ER_CON_COUNT_ERROR',
  'ER_QUERY_INTERRUPTED',
  'ER_UNKNOWN_COM_ERROR',
]);

/**
 * Errors at a COMMIT after which the work has certainly not happened: nodes of a Galera cluster tell a conflict as a
 * deadlock, and refuse every statement, COMMIT too, while they have lost the others.
 */
const UNDONE = new Set(['ER_LOCK_DEADLOCK', 'ER_UNKNOWN_COM_ERROR']);

/** Faults of the work while the service runs; while it starts, an operator can mend them too. */
const MENDED_BEFORE_START = new Set([
  'ER_UNKNOWN_STORAGE_ENGINE',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_TABLE_EXISTS_ERROR',
]);

/** Returns what keeps the server from any work, as one sentence; null where the error is the work's own. */
export function mysqlOutage(error: unknown): string | null {
  const code = driverCode(error);
  if (UNREACHABLE.has(code) || isAfterLoss(error)) return 'The database does not answer.';
  if (NO_ACCESS.has(code) || NO_RIGHTS.has(code)) {
    return 'The user of the database has no right to what the service does.';
  }
  return OUTAGES[code] ?? null;
}

/** Returns whether the same work may succeed when it is tried again. */
export function isMysqlTransient(error: unknown): boolean {
  const code = driverCode(error);
  return UNREACHABLE.has(code) || PASSING.has(code) || isAfterLoss(error);
}

/** Returns whether a failed COMMIT has certainly undone the work. */
export function isMysqlUndone(error: unknown): boolean {
  return UNDONE.has(driverCode(error));
}

/** Returns whether an operator can mend at the start what a code tells. */
export function isMendedByOperator(code: string): boolean {
  return code in OUTAGES || MENDED_BEFORE_START.has(code);
}

/** A statement on a connection that was lost before it is refused by the driver with an error that has no code. */
function isAfterLoss(error: unknown): boolean {
  return String(error).includes('connection is in closed state');
}
