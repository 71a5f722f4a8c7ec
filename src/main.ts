import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { InvalidConfig, readConfig, type Config } from './config/config.js';
import { PinoLogger } from './config/pino-logger.js';
import { VERSION } from './config/version.js';
import { configureHttp, HTTP_OPTIONS } from './http/configure-http.js';

/** Starts the service: the environment is read, the database connected and migrated, then it listens and dispatches. */
async function start(config: Config): Promise<void> {
  const logger = new PinoLogger(config);
  const tls = config.tls && {
    httpsOptions: { cert: readFileSync(config.tls.certFile), key: readFileSync(config.tls.keyFile) },
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
}

try {
  await start(readConfig(process.env, process.stdout.isTTY));
} catch (error) {
  const isExpected = error instanceof InvalidConfig;
  process.stderr.write(`${isExpected ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
