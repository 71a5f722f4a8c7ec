import type { Request, Response } from 'express';
import { parseTraceparent } from '../core/trace/traceparent.js';
import type { Span, SpanAttributes } from '../telemetry/trace/span.js';
import { newSpanId, newTraceId } from '../telemetry/trace/trace-ids.js';
import { protocolOf } from './protocol/protocols.js';
import { methodOf } from './request-metrics.js';
import { routeNameOf } from './route-name.js';

/** The place of a request in a trace: within its caller's span where the caller names one, else a trace of its own. */
export interface RequestTrace {
  readonly traceId: string;
  readonly parentId: string | null;
}

const known = new WeakMap<Request, RequestTrace>();

/** Returns the trace of a request, always the same one, so that its log lines and its span agree. */
export function traceOf(request: Request): RequestTrace {
  const before = known.get(request);
  if (before !== undefined) return before;
  const caller = parseTraceparent(request.get('traceparent'));
  const trace = caller
    ? { traceId: caller.traceId, parentId: caller.spanId }
    : { traceId: newTraceId(), parentId: null };
  known.set(request, trace);
  return trace;
}

/** The page of the API document has a route, and is a file all the same. */
const FILE_ROUTES = /^\/docs(\/|$)/i;

/** Returns whether a request may have a span: monitoring asks all the time, and files say nothing. */
export function hasSpan(request: Request, path: string): boolean {
  const { name } = protocolOf(path);
  if (name === 'monitoring' || FILE_ROUTES.test(path)) return false;
  return name !== 'other' || request.route !== undefined;
}

/** Returns the span of a request whose answer has been sent, or whose client has gone. */
export function spanOfRequest(
  request: Request,
  response: Response,
  seen: { readonly path: string; readonly startAt: number; readonly endAt: number },
): Span {
  const [method, route] = [methodOf(request.method), routeNameOf(request, response.statusCode)];
  const { traceId, parentId } = traceOf(request);
  const isError = response.headersSent && response.statusCode >= 500;
  return {
    ...{ traceId, spanId: newSpanId(), parentId, isParentRemote: parentId !== null },
    ...{ name: `${method} ${route}`, kind: 'server', startAt: seen.startAt, endAt: seen.endAt, isError },
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'url.path': seen.path,
      'url.scheme': request.protocol,
      ...(request.ip !== undefined && { 'client.address': request.ip }),
      ...outcomeOf(response, isError),
    },
  };
}

/** A client that has gone before anything was sent has no status. */
function outcomeOf(response: Response, isError: boolean): SpanAttributes {
  if (!response.headersSent) return { 'error.type': 'client_gone' };
  const status = { 'http.response.status_code': response.statusCode };
  return isError ? { ...status, 'error.type': String(response.statusCode) } : status;
}
