import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { ErrorFilter } from './error.filter.js';
import { readBody } from './request-body.js';
import { ValidationPipe } from './validation.js';

/**
 * Options for `NestFactory.create`: the body is read by `configureHttp`, with the contract's limits, and
 * `/api/jobs/events` is found before `/api/jobs/:operationId`, whichever module is loaded first.
 */
export const HTTP_OPTIONS = { bodyParser: false, routeResolutionStrategy: 'specificity' } as const;

/** Sets up everything about HTTP that is not a route. main.ts and the tests both call it before `listen`/`init`. */
export function configureHttp(app: NestExpressApplication): void {
  app.use(helmet());
  app.use(readBody);
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(new ErrorFilter());
}
