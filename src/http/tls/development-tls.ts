import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname } from 'node:path';
import { CannotStart } from '../../config/cannot-start.js';
import type { DevelopmentTlsFiles } from '../../config/development-tls-files.js';
import { makeFolder } from '../../config/make-folder.js';
import { DAY_MS, type Instant } from '../../core/instant.js';
import { selfSigned } from './self-signed.js';

const LIFETIME_MS = 825 * DAY_MS;
const OWNER_ONLY = 0o600;
/** By this, and by its lifetime, a certificate is known as one that was made here. */
const NAME = 'localhost';
/** curl and Node.js take no wildcard right below `localhost`; others do. */
const LOCAL = [NAME, `*.${NAME}`, '127.0.0.1', '::1'];

/** What a development certificate is to be good for. */
export interface TlsWanted {
  /** Host names besides localhost: these, and what is one level below them. */
  readonly names: readonly string[];
  readonly now: Instant;
}

/**
 * Makes a certificate for localhost and other names, where there is none, and anew where one that was made here has expired
 * or lacks a name. Only its owner can read the key. Throws CannotStart where it cannot be written.
 */
export function makeDevelopmentTls(files: DevelopmentTlsFiles, { names, now }: TlsWanted): void {
  const hosts = [...new Set([...LOCAL, ...names.flatMap(withSubdomains)])];
  if (isKept(files, hosts, now)) return;
  const folder = dirname(files.TLS_CERT);
  const { certificate, privateKey } = selfSigned({
    name: NAME,
    use: 'server',
    hosts,
    from: now - DAY_MS,
    until: now + LIFETIME_MS,
  });
  try {
    makeFolder(folder);
    writeFileSync(files.TLS_KEY, privateKey, { mode: OWNER_ONLY });
    chmodSync(files.TLS_KEY, OWNER_ONLY);
    writeFileSync(files.TLS_CERT, certificate);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotStart(
      `The certificate of --tls cannot be written to the folder '${folder}' (${code}): make it writable, or set TLS_CERT and TLS_KEY.`,
    );
  }
}

/** Addresses have nothing below them, and those other than of this machine are not made certificates for. */
function withSubdomains(name: string): string[] {
  return isIP(name.replace(/^\[|\]$/g, '')) === 0 ? [name, `*.${name}`] : [];
}

/** A certificate that was not made here is the operator's, who knows what it is good for. */
function isKept(files: DevelopmentTlsFiles, hosts: readonly string[], now: Instant): boolean {
  if (!existsSync(files.TLS_CERT)) return false;
  const certificate = parsed(files.TLS_CERT);
  if (certificate === null || !isOurs(certificate)) return true;
  const names = certificate.subjectAltName?.split(', ') ?? [];
  const isNamed = (host: string) =>
    isIP(host) === 0 ? names.includes(`DNS:${host}`) : certificate.checkIP(host) !== undefined;
  return existsSync(files.TLS_KEY) && Date.parse(certificate.validTo) > now && hosts.every(isNamed);
}

/** What cannot be read is told of where it is used. */
function parsed(file: string): X509Certificate | null {
  try {
    return new X509Certificate(readFileSync(file));
  } catch {
    return null;
  }
}

function isOurs({ subject, issuer, validFrom, validTo }: X509Certificate): boolean {
  const lifetimeMs = Date.parse(validTo) - Date.parse(validFrom);
  return subject === `CN=${NAME}` && issuer === subject && lifetimeMs === LIFETIME_MS + DAY_MS;
}
