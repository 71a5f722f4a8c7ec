import type { MysqlPlace } from '../config/database-url.js';

/** Returns how a server's own tool makes a backup of one moment while the service runs. The password is asked for. */
export function dumpLine(place: MysqlPlace): string {
  const { options, database } = wordsOf(place);
  const how = '--single-transaction --quick --hex-blob --no-tablespaces';
  return `(umask 077; mariadb-dump ${how} ${options} ${database} > carillon.sql)`;
}

/** Returns how such a backup is put into an empty database. */
export function loadLine(place: MysqlPlace): string {
  const { options, database } = wordsOf(place);
  return `mariadb ${options} ${database} < carillon.sql`;
}

function wordsOf({ host, port, user, database, tls }: MysqlPlace): { options: string; database: string } {
  const ca = 'caFile' in tls && tls.caFile !== null ? [`--ssl-ca=${word(tls.caFile)}`] : [];
  const verify = tls.kind === 'verify' ? ['--ssl-verify-server-cert'] : [];
  const where = [`--host=${word(host)}`, `--port=${port}`, `--user=${word(user)}`, '--password'];
  return { options: [...where, ...ca, ...verify].join(' '), database: word(database) };
}

/** Returns a text as one word of a shell. */
function word(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
