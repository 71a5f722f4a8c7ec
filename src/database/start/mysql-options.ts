import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { CannotStart } from '../../config/cannot-start.js';
import type { MysqlPlace } from '../../config/database-url.js';

/** What of a connection DATABASE_URL decides, as the driver takes it. */
export interface MysqlOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly ssl?: {
    readonly ca?: string;
    readonly rejectUnauthorized: boolean;
    readonly verifyIdentity: boolean;
  };
  readonly extra: Readonly<Record<string, unknown>>;
}

const KEEP_ALIVE_MS = 10_000;

/**
 * Returns how the driver connects to a place. `isPlain` gives up the encryption of a server that does not offer it.
 * Throws CannotStart where the file of an authority cannot be read.
 */
export function mysqlOptions(place: MysqlPlace, isPlain = false): MysqlOptions {
  const { host, port, user, password, database, tls } = place;
  const where = { host, port, username: user, password, database };
  const extra = { enableKeepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  if (tls.kind === 'off' || (tls.kind === 'offered' && isPlain)) return { ...where, extra };
  if (tls.kind === 'offered') return { ...where, ssl: UNVERIFIED, extra };
  const ca = tls.caFile === null ? {} : { ca: authority(tls.caFile) };
  if (tls.kind === 'on') {
    const ssl = tls.caFile === null ? UNVERIFIED : { ...ca, rejectUnauthorized: true, verifyIdentity: false };
    return { ...where, ssl, extra };
  }
  const ssl = { ...ca, rejectUnauthorized: true, verifyIdentity: true };
  return { ...where, ssl, extra: isIP(host) === 0 ? extra : { ...extra, ...byAddress(place) } };
}

const UNVERIFIED = { rejectUnauthorized: false, verifyIdentity: false };

/**
 * The driver compares a certificate with the name of the host, and where the host is an address with 'localhost'. With a
 * dot at its end it hands the address on, and Node.js, which takes the dot off, compares that.
 */
function byAddress({ host, port }: MysqlPlace) {
  const stream = (): Socket =>
    connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
  return { host: `${host}.`, stream };
}

function authority(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotStart(`The file '${file}', named as ca in DATABASE_URL, cannot be read (${code}).`);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CannotStart(`The file '${file}', named as ca in DATABASE_URL, holds no certificate in PEM.`);
  }
  return text;
}
