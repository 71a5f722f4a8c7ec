import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { SECOND_MS } from '../core/instant.js';
import type { Metrics } from '../telemetry/metrics.js';
import { NO_ROUTE, routeNameOf } from './route-name.js';

/** Few: each route and method has them. */
const SECONDS = [0.01, 0.05, 0.25, 1, 5];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);
const OTHER_METHOD = '_OTHER';
/** The client left before an answer began. No status says so; proxies log this number. */
const LEFT = 499;

/** Counts and times requests to the server: for each a counter and a histogram, when its answer is sent or given up. */
export class RequestMetrics {
  private readonly requests;
  private readonly seconds;
  private readonly refused = new WeakMap<ServerResponse, number>();

  constructor(metrics: Metrics) {
    this.requests = metrics.counter(
      'carillon_http_requests_total',
      'Requests by method, route template and status; 499: the client left before an answer began',
      ['method', 'route', 'code'],
    );
    this.seconds = metrics.histogram(
      'carillon_http_request_seconds',
      'Time from the head of a request to the end of its answer; without streams of events',
      SECONDS,
      { labels: ['method', 'route'] },
    );
  }

  /** Counts the requests of a server from now on, before anything else sees them. */
  watch(server: Server): void {
    const begin = (request: IncomingMessage, response: ServerResponse) => {
      const from = performance.now();
      response.once('close', () => this.count(request, response, from));
    };
    server.prependListener('request', begin);
    server.prependListener('checkExpectation', begin);
  }

  /** Counts a request that Node's parser refused, past the response where it had begun: that one is counted when it ends. */
  readonly countUnread = (method: string, status: number, response: ServerResponse | null): void => {
    if (response !== null) this.refused.set(response, status);
    else this.requests.inc({ method: methodOf(method), route: NO_ROUTE, code: status });
  };

  private count(request: IncomingMessage, response: ServerResponse, from: number): void {
    const code = this.refused.get(response) ?? (hasLeft(request, response) ? LEFT : response.statusCode);
    const method = methodOf(request.method);
    const route = routeNameOf(request, code);
    this.requests.inc({ method, route, code });
    // A stream lasts for as long as somebody listens, which is no time that anybody waited.
    if (isStream(response)) return;
    this.seconds.observe({ method, route }, (performance.now() - from) / SECOND_MS);
  }
}

/** Returns the method of a request in a word of a closed list, whatever a client sends. */
export function methodOf(method = ''): string {
  return METHODS.has(method) ? method : OTHER_METHOD;
}

/** What is answered to a request that broke off in its body reaches nobody. */
function hasLeft(request: IncomingMessage, { headersSent }: ServerResponse): boolean {
  return !headersSent || (request.destroyed && !request.complete);
}

/** Returns whether an answer is a stream of events, which stays open for as long as somebody listens. */
export function isStream(response: ServerResponse): boolean {
  const type = response.getHeader('content-type');
  return typeof type === 'string' && type.startsWith('text/event-stream');
}
