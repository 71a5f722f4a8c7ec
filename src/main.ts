import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { InvalidConfig, readConfig, type Config } from './config/config.js';
import { PinoLogger } from './telemetry/pino-logger.js';
import { VERSION } from './config/version.js';
import { SystemClock } from './core/clock.js';
import { configureHttp, HTTP_OPTIONS } from './http/configure-http.js';
import { developmentTls } from './http/tls/development-tls.js';

/** Starts the service: the environment is read, the database connected and migrated, then it listens and dispatches. */
async function start(config: Config): Promise<void> {
  const logger = new PinoLogger(config);
  const tls = config.tls && {
    httpsOptions: {
      cert: readFileSync(config.tls.certFile),
      key: readFileSync(config.tls.keyFile),
      // A client may show the certificate of its binding; who does not, proves itself otherwise.
      requestCert: true,
      rejectUnauthorized: false,
    },
  };
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(config), {
    ...HTTP_OPTIONS,
    ...tls,
    logger,
    abortOnError: false,
  });
  configureHttp(app);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.listen(config.port, config.host);
  logger.log(`Carillon ${VERSION} listens on ${config.publicUrl} (${config.host}:${config.port})`, 'main');
  logger.log(
    `Open ${new URL('/', config.publicUrl).href} in a browser for the API document and the health`,
    'main',
  );
}

/** `npm start -- --tls` serves HTTPS by a certificate that it makes, unless the environment names one. */
function environment(): Readonly<Record<string, string | undefined>> {
  if (!process.argv.includes('--tls')) return process.env;
  return { ...developmentTls('data', new SystemClock().now()), ...process.env };
}

try {
  await start(readConfig(environment(), process.stdout.isTTY));
} catch (error) {
  const isExpected = error instanceof InvalidConfig;
  process.stderr.write(`${isExpected ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
