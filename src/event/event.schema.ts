import type { Request } from 'express';
import { z } from 'zod';
import { isUuid } from '../core/uuid.js';
import { flag } from '../http/wire-fields.js';
import type { StreamStart } from './event-stream.service.js';
import { unknownStream } from './event-refusal.js';

const initialEvents = flag('initial-events').default(false);

/** The query of a client that opens its own stream. */
export const streamQuery = z.object({ 'initial-events': initialEvents });

/** The query of a client that opens a stream by its id. */
export const streamById = z.object({
  'initial-events': initialEvents,
  'stream-id': z
    .string()
    .default('')
    .transform((id) => {
      if (isUuid(id)) return id.toLowerCase();
      throw unknownStream(id);
    }),
});

/** Returns where a client wants to start; the last event that it knows takes precedence over `initial-events`. */
export function startOf(request: Request, query: z.output<typeof streamQuery>): StreamStart {
  const known = request.get('Last-Event-ID') ?? '';
  if (/^\d{1,15}$/.test(known)) return { kind: 'after', seq: Number(known) };
  return { kind: query['initial-events'] ? 'kept' : 'now' };
}

/** Returns the access token of a request, null where the caller uses other credentials or none. */
export function tokenOf(request: Request): string | null {
  const [, token] = /^bearer\s+(\S+)$/i.exec(request.get('Authorization')?.trim() ?? '') ?? [];
  return token ?? null;
}
