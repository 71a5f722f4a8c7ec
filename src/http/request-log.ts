import { Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { Clock } from '../core/clock.js';
import { BoundedLines } from '../telemetry/bounded-lines.js';
import type { Traces } from '../telemetry/trace/traces.js';
import { isStream } from './request-metrics.js';
import { hasSpan, spanOfRequest, traceOf } from './request-trace.js';
import { routeNameOf } from './route-name.js';

/** A request that takes so long is told of at warn. */
const SLOW_MS = 1_000;
const MOST_SLOW = 10;
const STRETCH_MS = 10_000;

const log = new Logger('Http');

/** What a request is watched with. */
export interface RequestWatch {
  readonly traces: Traces;
  readonly clock: Clock;
  /** Whether every request has a line at debug. */
  readonly isDebugged: boolean;
  readonly slowMs?: number;
}

/**
 * Returns what follows each request until its answer is sent or its client has gone: it has a line at debug, one at warn where it
 * was slow, and a span where traces are exported and chance takes it. No query is in any of them: it may contain personal data.
 */
export function watchRequests({ traces, clock, isDebugged, slowMs = SLOW_MS }: RequestWatch) {
  const slow = new BoundedLines({
    most: MOST_SLOW,
    perMs: STRETCH_MS,
    leftOut: (count) => log.warn(`${count} more requests were slow within ${STRETCH_MS / 1_000} s.`),
  });
  return (request: Request, response: Response, next: NextFunction): void => {
    const from = performance.now();
    const { path } = request;
    response.once('close', () => {
      const ms = performance.now() - from;
      if (isDebugged) log.debug(lineOf(request, response, path, ms));
      if (ms >= slowMs && !isMeantToLast(response)) {
        slow.write(() => log.warn(slowLineOf(request, response, path, ms)));
      }
      if (!traces.takesNext() || !hasSpan(request, path)) return;
      const endAt = clock.now();
      traces.add(spanOfRequest(request, response, { path, startAt: endAt - ms, endAt }));
    });
    next();
  };
}

/** Streams of events stay open, and a download takes as long as its reader. */
function isMeantToLast(response: Response): boolean {
  return isStream(response) || response.hasHeader('Content-Disposition');
}

function lineOf(request: Request, response: Response, path: string, ms: number) {
  const end = response.writableFinished ? String(response.statusCode) : 'left by the client';
  const msg = `${request.method} ${path}: ${end}, ${ms.toFixed(1)} ms`;
  return { msg, trace_id: traceOf(request).traceId };
}

function slowLineOf(request: Request, response: Response, path: string, ms: number) {
  const { msg, trace_id } = lineOf(request, response, path, ms);
  return {
    msg: `A request was slow: ${msg}`,
    ...{ method: request.method, route: routeNameOf(request, response.statusCode), path, ms: Math.round(ms) },
    ...(response.headersSent && { status: response.statusCode }),
    request: response.getHeader('X-Request-Id'),
    trace_id,
  };
}
