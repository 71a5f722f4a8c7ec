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
 * Nothing that a page loads is upgraded to HTTPS: all of it is of the page's own origin, which may be served over plain
 * HTTP, even behind a public HTTPS address (a forwarded port). The page would stay empty.
 */
const POLICY = { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } } as const;

/** Headers that browsers accept over HTTPS only; over plain HTTP some of them are errors in the console. */
const WITHOUT_HTTPS = {
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
} as const;

/** Sets up everything about HTTP that is not a route. main.ts and the tests both call it before `listen`/`init`. */
export function configureHttp(app: NestExpressApplication): void {
  const isSecure = app.get<Config>(CONFIG, { strict: false }).publicUrl.startsWith('https:');
  app.use(helmet(isSecure ? POLICY : { ...POLICY, ...WITHOUT_HTTPS }));
  app.use(readBody);
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(new ErrorFilter());
}
