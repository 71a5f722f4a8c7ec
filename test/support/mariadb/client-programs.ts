import { packageInstaller } from '../apt-get.js';
import { findProgram } from './installed-server.js';

/**
 * Sees to it that the programs with which operators dump, load and replay a MariaDB are installed. Throws, with what to do, where
 * they cannot be had: what the runbook says is never left untried.
 */
export async function needClientPrograms(): Promise<void> {
  const names = ['mariadb', 'mariadb-dump', 'mariadb-binlog'];
  const isMissing = () => names.some((name) => findProgram(name) === null);
  if (!isMissing()) return;
  const installer = packageInstaller();
  const remedy = `The tests of backups need ${names.join(', ')}: install MariaDB's client programs (the package mariadb-client).`;
  if (typeof installer === 'string') throw new Error(`${remedy} They are not there, and ${installer}.`);
  await installer('mariadb-client').catch(() => null);
  if (isMissing()) throw new Error(remedy);
}
