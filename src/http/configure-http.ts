import { parse } from 'node:querystring';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { CONFIG, type Config } from '../config/config.js';
import { Clock } from '../core/clock.js';
import { Metrics } from '../telemetry/metrics.js';
import { Traces } from '../telemetry/trace/traces.js';
import { ErrorFilter } from './error.filter.js';
import { homePage } from './openapi/home-page.js';
import { readBody } from './body/request-body.js';
import { pagePolicy } from './page-policy.js';
import { watchRequests } from './request-log.js';
import { RequestMetrics } from './request-metrics.js';
import { boundPieces, boundTexts, UnreadGuard } from './server/bounded-answers.js';
import { requireHost } from './server/parser-errors.js';
import { RequestTurns } from './server/request-turns.js';
import { limitServer } from './server/server-limits.js';
import { UnsentBytes } from './server/unsent-bytes.js';
import { protocolOf } from './protocol/protocols.js';
import { requireUtf8Url } from './body/url-text.js';
import { ValidationPipe } from './validation.js';

/**
 * Options for `NestFactory.create`. Nest reads no bodies: `configureHttp` does, with the limits of the contract. Literal
 * paths come before patterns, whichever module is loaded first: `/api/jobs/events` before `/api/jobs/:operationId`.
 */
export const HTTP_OPTIONS = { bodyParser: false, routeResolutionStrategy: 'specificity' } as const;

/**
 * The policy does not upgrade requests to HTTPS. Everything that a page loads comes from the page's own origin, which
 * may be plain HTTP even where the public address is HTTPS (a forwarded port): an upgraded page would stay empty.
 */
const POLICY = { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } } as const;

/** Switches off headers that browsers accept over HTTPS only. Over plain HTTP they log errors for some of them. */
const WITHOUT_HTTPS = {
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
} as const;

/** Sets up everything about HTTP that is not a route. Call it before `listen` or `init`. */
export function configureHttp(app: NestExpressApplication): void {
  const { publicUrl, logLevel, dashboard } = app.get<Config>(CONFIG, { strict: false });
  const isSecure = publicUrl.startsWith('https:');
  const isDebugged = logLevel === 'debug' || logLevel === 'trace';
  const requests = new RequestMetrics(app.get(Metrics, { strict: false }));
  limitServer(app, requests.countUnread);
  requests.watch(app.getHttpServer());
  const unsent = new UnsentBytes();
  const { request, response } = app.getHttpAdapter().getInstance() as Prototypes;
  answerWhole(request);
  boundTexts(response, unsent);
  boundPieces(app.getHttpAdapter(), unsent);
  const traces = app.get(Traces, { strict: false });
  app.use(watchRequests({ traces, clock: app.get(Clock, { strict: false }), isDebugged }));
  app.use(new RequestTurns().pass);
  app.use(helmet(isSecure ? { ...POLICY, strictTransportSecurity: false } : { ...POLICY, ...WITHOUT_HTTPS }));
  if (dashboard.isOn) app.use('/dashboard', pagePolicy);
  if (isSecure) app.use(demandHttps);
  app.disable('etag');
  // All parameters, as of forms: one that is left out unseen might be the one that narrows a token.
  app.set('query parser', (text: string) => parse(text, '&', '=', { maxKeys: 0 }));
  app.use(requireHost);
  app.use(requireUtf8Url);
  app.use(homePage(dashboard.isOn));
  app.use(readBody);
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalGuards(new UnreadGuard(unsent));
  app.useGlobalFilters(new ErrorFilter());
}

const strictTransportSecurity = helmet.strictTransportSecurity();

/** Sends Strict-Transport-Security where the request itself came over HTTPS, to us or to a trusted proxy (RFC 6797, section 7.2). */
function demandHttps(request: Request, response: Response, next: NextFunction): void {
  if (request.secure) strictTransportSecurity(request, response, next);
  else next();
}

/** The prototypes of all requests and responses of an application: what is set there costs no request anything. */
interface Prototypes {
  readonly request: Request;
  readonly response: Response;
}

/**
 * Lets no path of a protocol answer 304: what is polled must be told anew each time, and nobody keeps it. `*` would match
 * without an entity tag too. Files and the API document may still be asked for by their date, and answers of the dashboard
 * by their tag, where they have one.
 */
function answerWhole(requests: Request): void {
  const usual = Object.getPrototypeOf(requests) as object;
  Object.defineProperty(requests, 'fresh', {
    get(this: Request): boolean {
      const { name } = protocolOf(this.path);
      const isTagged = name === 'dashboard' && this.res?.hasHeader('ETag') === true;
      return (name === 'other' || isTagged) && Boolean(Reflect.get(usual, 'fresh', this));
    },
  });
}
