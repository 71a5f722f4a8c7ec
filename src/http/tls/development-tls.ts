import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from '../../config/cannot-start.js';
import { makeFolder } from '../../config/make-folder.js';
import { DAY_MS, type Instant } from '../../core/instant.js';
import { selfSigned } from './self-signed.js';

const LIFETIME_MS = 825 * DAY_MS;

/** The paths of a development certificate and its key, as variables of the environment. */
export interface DevelopmentTls {
  readonly TLS_CERT: string;
  readonly TLS_KEY: string;
}

/** Returns the certificate for localhost in a folder, and makes it where there is none. Only its owner can read the key. */
export function developmentTls(folder: string, now: Instant): DevelopmentTls {
  const files = { TLS_CERT: join(folder, 'tls-cert.pem'), TLS_KEY: join(folder, 'tls-key.pem') };
  if (existsSync(files.TLS_CERT) && existsSync(files.TLS_KEY)) return files;
  const { certificate, privateKey } = selfSigned({
    name: 'localhost',
    use: 'server',
    hosts: ['localhost', '127.0.0.1', '::1'],
    from: now - DAY_MS,
    until: now + LIFETIME_MS,
  });
  try {
    makeFolder(folder);
    writeFileSync(files.TLS_KEY, privateKey, { mode: 0o600 });
    writeFileSync(files.TLS_CERT, certificate);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotStart(
      `The certificate of --tls cannot be written to the folder '${folder}' (${code}): make it writable, or set TLS_CERT and TLS_KEY.`,
    );
  }
  return files;
}
