import { createHash, timingSafeEqual } from 'node:crypto';
import {
  Catch,
  Inject,
  Injectable,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { CONFIG, type Config } from '../config/config.js';
import { logRefusal } from '../http/refusal-log.js';

const REFUSAL = 'The metrics need the token of METRICS_TOKEN: send "Authorization: Bearer <token>".';
const BEARER = /^bearer +(\S+)$/i;

/** The request does not carry the token of the metrics. */
class MetricsRefused extends Error {}

/** Lets in who has the token of METRICS_TOKEN, and everybody where none is set. */
@Injectable()
export class MetricsGuard implements CanActivate {
  private readonly expected: Buffer | null;

  constructor(@Inject(CONFIG) { metrics }: Config) {
    this.expected = metrics.token === null ? null : digest(metrics.token);
  }

  canActivate(context: ExecutionContext): boolean {
    if (this.expected === null) return true;
    const { authorization = '' } = context.switchToHttp().getRequest<Request>().headers;
    const [, given = ''] = BEARER.exec(authorization) ?? [];
    if (timingSafeEqual(this.expected, digest(given))) return true;
    throw new MetricsRefused();
  }
}

/** A scraper shows people the beginning of the body as it is: a sentence is all that they need. */
@Catch(MetricsRefused)
export class MetricsRefusedFilter implements ExceptionFilter {
  catch(_refused: MetricsRefused, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    logRefusal(host.switchToHttp().getRequest<Request>(), REFUSAL);
    response.set({ 'WWW-Authenticate': 'Bearer', 'Cache-Control': 'no-store' });
    response.status(401).type('text').send(`${REFUSAL}\n`);
  }
}

/** Of equal length whatever is sent, so that the time of the comparison tells nothing of the token. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
