import type { Request } from 'express';
import { z } from 'zod';
import { isUuid } from '../core/uuid.js';
import { flag } from '../http/wire-fields.js';
import type { StreamStart } from './event-stream.service.js';
import { unknownStream } from './event-refusal.js';

const initialEvents = flag('initial-events').default(false);

/** What a client says about its own stream. */
export const streamQuery = z.object({ 'initial-events': initialEvents });

/** What a client says that opens a stream by its id. */
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

/** Returns from where a client wants to hear; the event that it knows comes before what it asks for at first. */
export function startOf(request: Request, query: z.output<typeof streamQuery>): StreamStart {
  const known = request.get('Last-Event-ID') ?? '';
  if (/^\d{1,15}$/.test(known)) return { kind: 'after', seq: Number(known) };
  return { kind: query['initial-events'] ? 'kept' : 'now' };
}

/** Returns the access token of a request, null where the caller shows something else. */
export function tokenOf(request: Request): string | null {
  const [, token] = /^bearer\s+(\S+)$/i.exec(request.get('Authorization')?.trim() ?? '') ?? [];
  return token ?? null;
}
