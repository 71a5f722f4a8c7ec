import { z } from 'zod';
import { SetMetadata } from '@nestjs/common';

/** Metadata key under which a route keeps its Operation. */
export const OPERATION = 'carillon:operation';

/** What the OpenAPI document says about a route, beyond what the route's parameters declare. */
export interface Operation {
  readonly summary: string;
  /** The schemas of the response bodies by status; null where a response has no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** The media types of these bodies where they are not JSON. */
  readonly media?: string | readonly string[];
  /** The media type of those of them that are refusals, where it is another. */
  readonly refusalMedia?: string;
  /** The schema of the request body, where no parameter declares it. */
  readonly body?: z.ZodType;
  /** The media type of the request body where it is not JSON. */
  readonly bodyMedia?: string;
  /** True where the request may come without a body. */
  readonly isBodyOptional?: boolean;
  /** A request body that a route takes. */
  readonly example?: unknown;
  /** The schema of the query, where no parameter declares it. */
  readonly query?: z.ZodType;
  /** Statuses of refusals, in addition to those that every route of the protocol has. */
  readonly refusals?: readonly number[];
}

/** Describes a route for the OpenAPI document. */
export const Describes = (operation: Operation) => SetMetadata(OPERATION, operation);

/** A time as the service writes it: `2026-03-01 12:00:00`, UTC. */
export const wireTime = () =>
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    .describe('UTC');
export const wireTimeOrNull = () => wireTime().nullable();

/** The body of a response that only confirms a change. */
export const done = z.strictObject({ success: z.literal(true) }).meta({ id: 'Done' });

/** The body of every refusal under `/scheduler`. */
export const refusal = z
  .strictObject({
    ...{ code: z.int(), message: z.string(), type: z.string(), detailedError: z.string() },
    suggestion: z.string().optional().describe('Of a preview: what could be meant'),
  })
  .meta({ id: 'Error' });

/** The envelope of a list. */
export const pageOf = (entry: z.ZodType) =>
  z.strictObject({
    total: z.int().min(0),
    results: z.array(entry),
    prev_url: z.string().nullable(),
    next_url: z.string().nullable(),
  });
