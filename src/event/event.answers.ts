import { z } from 'zod';

/** A stream that can be opened by its id alone. */
export const streamCreatedAnswer = z.strictObject({ 'stream-id': z.uuid() }).meta({ id: 'StreamCreated' });
