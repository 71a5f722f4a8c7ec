import { CannotStart } from '../../config/cannot-start.js';
import type { MysqlPlace } from '../../config/database-url.js';
import { driverCode } from '../dialects/driver-error.js';
import { isMendedByOperator, NO_ACCESS, NO_RIGHTS, UNREACHABLE } from '../dialects/mysql-errors.js';

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
  // What the server says tells what to mend.
  return isMendedByOperator(code) ? `${server} cannot be used: ${saidBy(error)}.` : null;
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
