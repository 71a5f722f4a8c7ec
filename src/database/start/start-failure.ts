import { CannotStart } from '../../config/cannot-start.js';
import type { MysqlPlace } from '../../config/database-url.js';
import { driverCode } from '../dialects/driver-error.js';

const UNREACHABLE = new Set([
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
  'ER_SERVER_SHUTDOWN',
]);
const NO_ACCESS = new Set([
  'ER_ACCESS_DENIED_ERROR',
  'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
  'ER_ACCOUNT_HAS_BEEN_LOCKED',
  'ER_MUST_CHANGE_PASSWORD',
  'ER_MUST_CHANGE_PASSWORD_LOGIN',
  'ER_CREDENTIALS_CONTRADICT_TO_HISTORY',
  'ER_NOT_SUPPORTED_AUTH_MODE',
  'AUTH_SWITCH_PLUGIN_ERROR',
]);
const NO_RIGHTS = new Set([
  'ER_DBACCESS_DENIED_ERROR',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_COLUMNACCESS_DENIED_ERROR',
  'ER_SPECIFIC_ACCESS_DENIED_ERROR',
  'ER_KILL_DENIED_ERROR',
]);
/** What else an operator can mend; what the server says tells what. */
const REFUSED = new Set([
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_USER_LIMIT_REACHED',
  'ER_HOST_NOT_PRIVILEGED',
  'ER_HOST_IS_BLOCKED',
  'ER_BINLOG_STMT_MODE_AND_ROW_ENGINE',
  'ER_BINLOG_ROW_INJECTION_AND_STMT_ENGINE',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_NET_PACKET_TOO_LARGE',
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_UNKNOWN_COM_ERROR',
  'ER_UNKNOWN_STORAGE_ENGINE',
  'ER_SECURE_TRANSPORT_REQUIRED',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_TABLE_EXISTS_ERROR',
]);

/** Returns why a server cannot be used, as an error with one sentence; any other error as it is. */
export function mysqlStartFailure(error: unknown, place: MysqlPlace): unknown {
  const sentence = mysqlSentence(error, place);
  return sentence === null ? error : new CannotStart(sentence, { cause: error });
}

function mysqlSentence(error: unknown, place: MysqlPlace): string | null {
  const code = driverCode(error);
  const server = `The database server ${place.host}:${place.port}, named in DATABASE_URL,`;
  const { user, database } = place;
  if (NO_ACCESS.has(code)) return `${server} refuses the user '${user}' or its password.`;
  if (NO_RIGHTS.has(code)) {
    return `${server} denies the user '${user}' a right on the database '${database}' (${saidBy(error)}): grant it all rights on this database.`;
  }
  if (code === 'ER_BAD_DB_ERROR') {
    return `${server} has no database '${database}': create it, or correct the name.`;
  }
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return `${server} offers no encryption: switch TLS on there, or use tls=off.`;
  }
  if (code === 'HANDSHAKE_SSL_ERROR') {
    return `${server} did not prove who it is (${saidBy(error)}): give the file of its authority as ca, and the name in its certificate as the host.`;
  }
  if (UNREACHABLE.has(code)) return `${server} cannot be reached (${code}).`;
  return REFUSED.has(code) ? `${server} cannot be used: ${saidBy(error)}.` : null;
}

/** Returns why a file cannot be used, as an error with one sentence; any other error as it is. */
export function sqliteStartFailure(error: unknown, file: string): unknown {
  const sentence = sqliteSentence(error, `The database file '${file}', named in DATABASE_URL,`);
  return sentence === null ? error : new CannotStart(sentence, { cause: error });
}

function sqliteSentence(error: unknown, subject: string): string | null {
  const code = driverCode(error);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return `${subject} is locked by another program.`;
  }
  if (code.startsWith('SQLITE_NOTADB')) return `${subject} is not a SQLite database.`;
  if (code.startsWith('SQLITE_CORRUPT')) return `${subject} is damaged (${code}): restore it from a backup.`;
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || code === 'EDQUOT') {
    return `${subject} cannot be written: its disk is full.`;
  }
  if (/^(SQLITE_(CANTOPEN|READONLY|IOERR|PERM|AUTH)|E[A-Z]+$)/.test(code)) {
    return `${subject} cannot be opened or written (${code}): the file and its folder must be writable by the user of this process.`;
  }
  return null;
}

/** Returns what the server or TLS said, without a full stop. Servers name users and hosts, never passwords. */
function saidBy(error: unknown): string {
  const { driverError, message } = error as { driverError?: { message?: unknown }; message?: unknown };
  return String(driverError?.message ?? message ?? error).replace(/\.$/, '');
}
