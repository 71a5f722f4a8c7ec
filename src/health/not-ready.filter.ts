import { Catch, ServiceUnavailableException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';

/** A check that failed is an answer and no fault: 503 with the report of what is down, for whoever looks after the process. */
@Catch(ServiceUnavailableException)
export class NotReadyFilter implements ExceptionFilter {
  catch(failed: ServiceUnavailableException, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<Response>().status(503).json(failed.getResponse());
  }
}
