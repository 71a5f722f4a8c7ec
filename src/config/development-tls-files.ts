import { join } from 'node:path';

/** The paths of the certificate that `--tls` makes and of its key, as variables of the environment. */
export interface DevelopmentTlsFiles {
  readonly TLS_CERT: string;
  readonly TLS_KEY: string;
}

/** Returns where `--tls` keeps what it makes: beside the credentials, in ./data where none are kept. */
export function developmentTlsFiles(credentialsDir: string | null): DevelopmentTlsFiles {
  const folder = credentialsDir ?? 'data';
  return { TLS_CERT: join(folder, 'tls-cert.pem'), TLS_KEY: join(folder, 'tls-key.pem') };
}
