import { Logger } from '@nestjs/common';
import type { Request } from 'express';
import { BoundedLines } from '../telemetry/bounded-lines.js';

const BURST_MS = 10_000;
const LONGEST_REASON = 200;

const log = new Logger('Auth');

/** The whole process writes one line at the begin of a burst and one at its end: whoever guesses must not fill the disk. */
const lines = new BoundedLines({
  most: 1,
  perMs: BURST_MS,
  leftOut: (count) =>
    log.warn(`${count} more requests with refused credentials within ${BURST_MS / 1_000} s.`),
});

/** Notes in the log that the credentials of a request were refused, and why; never the credentials themselves. */
export function logRefusal(request: Request, reason: string): void {
  lines.write(() => {
    // The reason may quote what the client sent: as JSON it stays one line.
    const shown = JSON.stringify(reason.slice(0, LONGEST_REASON));
    log.warn(
      `Credentials refused: ${request.method} ${request.path} from ${request.ip ?? 'unknown'}: ${shown}`,
    );
  });
}
