import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { CONFIG, type Config } from '../config/config.js';
import { ErrorFilter } from './error.filter.js';
import { readBody } from './request-body.js';
import { ValidationPipe } from './validation.js';

/**
 * Options for `NestFactory.create`: the body is read by `configureHttp`, with the contract's limits, and
 * `/api/jobs/events` is found before `/api/jobs/:operationId`, whichever module is loaded first.
 */
export const HTTP_OPTIONS = { bodyParser: false, routeResolutionStrategy: 'specificity' } as const;

/**
 * What browsers heed over HTTPS only. Over plain HTTP the first two would leave pages empty, because what they load is
 * asked for by HTTPS, and the others are refused with an error in the console.
 */
const PLAIN = {
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
} as const;

/** Sets up everything about HTTP that is not a route. main.ts and the tests both call it before `listen`/`init`. */
export function configureHttp(app: NestExpressApplication): void {
  const isSecure = app.get<Config>(CONFIG, { strict: false }).publicUrl.startsWith('https:');
  app.use(helmet(isSecure ? {} : PLAIN));
  app.use(readBody);
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(new ErrorFilter());
}
