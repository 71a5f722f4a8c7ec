import { resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { CannotStart } from './config/cannot-start.js';
import { readConfig, SETTINGS, type Config } from './config/config.js';
import { developmentTlsFiles } from './config/development-tls-files.js';
import { BROKEN_LIST, isBrokenList } from './config/key-encryption-secrets.js';
import { misspeltVariables } from './config/misspelt-variables.js';
import { PinoLogger } from './telemetry/pino-logger.js';
import { VERSION } from './config/version.js';
import { SystemClock } from './core/clock.js';
import { DomainError } from './core/errors.js';
import { configureHttp, HTTP_OPTIONS } from './http/configure-http.js';
import { listen, StartGate } from './http/listen.js';
import { makeDevelopmentTls } from './http/tls/development-tls.js';
import { serverTls } from './http/tls/server-tls.js';
import { StartLink } from './sign-in/link/start-link.js';

/** For how long a start that failed may close what it had opened. */
const CLOSE_WITHIN_MS = 2_000;

/** The certificate that `--tls` has made. */
const development: { certFile?: string } = {};
const begun: { app?: NestExpressApplication } = {};

/**
 * Starts the service: the environment is read, the database connected and migrated, the address bound, and only then
 * does anything dispatch.
 */
async function start(config: Config): Promise<void> {
  const logger = new PinoLogger(config);
  for (const hint of hints()) logger.warn(hint, 'main');
  // A client may show the certificate of its binding; who does not, proves itself otherwise.
  const tls = config.tls && {
    httpsOptions: { ...serverTls(config.tls), requestCert: true, rejectUnauthorized: false },
  };
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(config), {
    ...HTTP_OPTIONS,
    ...tls,
    logger,
    abortOnError: false,
  });
  begun.app = app;
  const gate = new StartGate();
  app.use(gate.pass);
  configureHttp(app);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await listen(app.getHttpServer(), config);
  await app.init();
  gate.open();
  if (config.dashboard.offBecause !== null) logger.warn(config.dashboard.offBecause, 'main');
  logger.log(`Carillon ${VERSION} listens on ${config.publicUrl} (${config.host}:${config.port})`, 'main');
  const shown = config.dashboard.isOn ? 'the dashboard' : 'the API document and the health';
  logger.log(`Open ${new URL('/', config.publicUrl).href} in a browser for ${shown}`, 'main');
  const { certFile } = development;
  if (certFile !== undefined && config.tls?.certFile === certFile) logger.log(trustHint(certFile), 'main');
  if (config.dashboard.isOn) await app.get(StartLink, { strict: false }).show();
}

/** Returns what may be a mistake in the environment, a sentence each. */
function hints(): string[] {
  const misspelt = misspeltVariables(Object.keys(process.env), SETTINGS).map(
    ({ name, meant }) => `The variable '${name}' means nothing here and is ignored: is ${meant} meant?`,
  );
  return isBrokenList(process.env['KEY_ENCRYPTION_SECRET'] ?? '') ? [...misspelt, BROKEN_LIST] : misspelt;
}

/** Reads the settings; where they are refused, what may be the mistake is said too. */
function configured(): Config {
  try {
    return readConfig(environment(), process.stdout.isTTY);
  } catch (error) {
    for (const hint of hints()) process.stderr.write(`${hint}\n`);
    throw error;
  }
}

/** Returns what clients need, because no authority signed the certificate that `--tls` makes. */
function trustHint(file: string): string {
  const certFile = resolve(file);
  return `Clients must be told to trust the certificate of --tls: NODE_EXTRA_CA_CERTS=${certFile} for Node.js, curl --cacert ${certFile}`;
}

/** `npm start -- --tls` serves HTTPS by a certificate that it makes beside the credentials, unless the environment names one. */
function environment(): Readonly<Record<string, string | undefined>> {
  const { env } = process;
  if (!process.argv.includes('--tls') || env['TLS_CERT'] || env['TLS_KEY']) return env;
  const { credentialsDir, publicUrl, uaaDomain } = readConfig(env);
  const urls = [publicUrl, `https://${uaaDomain}`].filter((url) => URL.canParse(url));
  const made = developmentTlsFiles(credentialsDir);
  const names = urls.map((url) => new URL(url).hostname);
  makeDevelopmentTls(made, { names, now: new SystemClock().now() });
  development.certFile = made.TLS_CERT;
  return { ...env, ...made };
}

/** Returns what is said of a start that failed: a sentence where an operator can mend it, else where it happened. */
function told(error: unknown): string {
  if (error instanceof CannotStart) return error.message;
  if (error instanceof DomainError && error.code === 'unavailable') {
    return `The database, named in DATABASE_URL, cannot be used: ${error.message}`;
  }
  return (error as Error).stack ?? String(error);
}

// Whoever has read it may have gone: that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await start(configured());
} catch (error) {
  process.stderr.write(`${told(error)}\n`);
  const late = new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS));
  await Promise.race([late, begun.app?.close().catch(() => undefined)]);
  process.exit(1);
}
