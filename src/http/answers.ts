import { z } from 'zod';
import { SetMetadata } from '@nestjs/common';

/** Metadata key of what a route says of itself in the OpenAPI document. */
export const OPERATION = 'carillon:operation';

/** What the OpenAPI document says of a route besides what its parameters declare. */
export interface Operation {
  readonly summary: string;
  /** The bodies of its answers by status; null where there is none. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** Its body, where no parameter declares it. */
  readonly body?: z.ZodType;
  /** Statuses of refusals beyond those that every route of its kind has. */
  readonly refusals?: readonly number[];
}

/** Describes a route in the OpenAPI document. */
export const Describes = (operation: Operation) => SetMetadata(OPERATION, operation);

/** A time that the service produces. */
export const wireTime = () =>
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    .describe('UTC');
export const wireTimeOrNull = () => wireTime().nullable();

/** The answer to a change that has nothing else to say. */
export const done = z.strictObject({ success: z.literal(true) }).meta({ id: 'Done' });

/** The body of every refusal under `/scheduler`. */
export const refusal = z
  .strictObject({ code: z.int(), message: z.string(), type: z.string(), detailedError: z.string() })
  .meta({ id: 'Error' });

/** The envelope of a list. */
export const pageOf = (entry: z.ZodType) =>
  z.strictObject({
    total: z.int().min(0),
    results: z.array(entry),
    prev_url: z.string().nullable(),
    next_url: z.string().nullable(),
  });
