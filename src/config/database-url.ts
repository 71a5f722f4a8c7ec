import { isLoopback } from './loopback.js';

/** Whether the way to the server is encrypted, and who the server must prove to be. */
export type DatabaseTls =
  /** Encrypted where the server offers it; the default for other hosts than this one. */
  | { readonly kind: 'offered' }
  | { readonly kind: 'off' }
  /** Encrypted, or no connection; with `caFile` an authority in that file has signed for the server. */
  | { readonly kind: 'on'; readonly caFile: string | null }
  /** Encrypted, signed for by an authority (of the file, else one that Node.js knows), and by the name of the host. */
  | { readonly kind: 'verify'; readonly caFile: string | null };

export interface MysqlPlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: DatabaseTls;
}

/** Where the data is, as DATABASE_URL says. */
export type DatabasePlace = { readonly file: string } | MysqlPlace;

/** What is wrong with a DATABASE_URL. Its message shows no part that may be secret. */
export class UnreadableDatabaseUrl extends Error {}

const SQLITE = 'sqlite:';
const FORM = 'must be sqlite:<file> or mysql://user:password@host:3306/name';
const PARAMETERS = new Set(['tls', 'ca']);
const TLS_VALUES = ['off', 'on', 'verify', 'skip-verify'] as const;

/**
 * Reads a DATABASE_URL: `sqlite:<file>`, or `mysql://user:password@host:port/name` with `?tls=` and `&ca=`, every part
 * percent-decoded. Throws UnreadableDatabaseUrl, which names what is wrong (configuration.md).
 */
export function parseDatabaseUrl(text: string): DatabasePlace {
  if (text.startsWith(SQLITE)) return sqlitePlace(text.slice(SQLITE.length));
  if (!text.startsWith('mysql://')) throw new UnreadableDatabaseUrl(FORM);
  if (text.includes('#')) {
    throw new UnreadableDatabaseUrl(`${FORM}; a # within the user or the password is written %23`);
  }
  const url = parsed(text);
  const host = decoded('host', url.hostname).replace(/^\[(.*)\]$/, '$1');
  const database = decoded('name of the database', url.pathname.slice(1));
  if (host === '') throw new UnreadableDatabaseUrl(`${FORM}; the host is missing`);
  if (database === '') {
    throw new UnreadableDatabaseUrl(`${FORM}; the name of the database is missing after the host`);
  }
  return {
    host,
    port: url.port === '' ? 3306 : Number(url.port),
    user: decoded('user', url.username),
    password: decoded('password', url.password),
    database,
    tls: tlsOf(host, parametersOf(url)),
  };
}

function sqlitePlace(file: string): DatabasePlace {
  if (file === '') throw new UnreadableDatabaseUrl(FORM);
  const [, query] = file.split('?', 2);
  if (query !== undefined) {
    const name = query.split(/[=&]/, 1)[0] ?? '';
    throw new UnreadableDatabaseUrl(`has the parameter '${name}': sqlite:<file> takes none`);
  }
  return { file };
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new UnreadableDatabaseUrl(
      `${FORM}; characters such as / ? @ : within the user or the password are percent-encoded (%2F %3F %40 %3A)`,
    );
  }
}

function decoded(part: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UnreadableDatabaseUrl(`has a % in its ${part} that encodes nothing: a % itself is written %25`);
  }
}

function parametersOf(url: URL): Map<string, string> {
  const given = new Map<string, string>();
  for (const pair of url.search
    .slice(1)
    .split('&')
    .filter((text) => text !== '')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const known = decoded('parameters', name);
    if (!PARAMETERS.has(known)) {
      throw new UnreadableDatabaseUrl(`has the parameter '${known}', which is not one of tls, ca`);
    }
    if (given.has(known)) throw new UnreadableDatabaseUrl(`has the parameter '${known}' twice`);
    given.set(known, decoded(`parameter '${known}'`, value));
  }
  return given;
}

function tlsOf(host: string, given: ReadonlyMap<string, string>): DatabaseTls {
  const tls = given.get('tls');
  const caFile = given.get('ca') ?? null;
  if (caFile === '') throw new UnreadableDatabaseUrl("has the parameter 'ca' without the name of a file");
  if (caFile !== null && tls !== 'verify' && tls !== 'on') {
    throw new UnreadableDatabaseUrl("has the parameter 'ca', which goes with tls=verify or tls=on");
  }
  if (tls === 'verify' || tls === 'on') return { kind: tls, caFile };
  if (tls === 'skip-verify') return { kind: 'on', caFile: null };
  if (tls === 'off') return { kind: 'off' };
  if (tls === undefined) return isLoopback(host) ? { kind: 'off' } : { kind: 'offered' };
  throw new UnreadableDatabaseUrl(`has tls='${tls}', which is not one of ${TLS_VALUES.join(', ')}`);
}
