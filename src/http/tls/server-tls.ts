import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { CannotStart } from '../../config/cannot-start.js';
import type { Config } from '../../config/config.js';

/** Reads the certificate and the key that the service shows. Throws CannotStart where they cannot be used, naming the setting. */
export function serverTls({ certFile, keyFile }: NonNullable<Config['tls']>) {
  const pair = { cert: readFile('TLS_CERT', certFile), key: readFile('TLS_KEY', keyFile) };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new CannotStart(
      `The certificate '${certFile}' (TLS_CERT) and the key '${keyFile}' (TLS_KEY) cannot be used (${(error as Error).message}): both are PEM files, without a passphrase, and belong together.`,
      { cause: error },
    );
  }
  return pair;
}

function readFile(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotStart(`The file '${file}', named in ${setting}, cannot be read (${code}).`, {
      cause: error,
    });
  }
}
