import { z } from 'zod';

/** A stream that can be opened with its id alone. */
export const streamCreatedAnswer = z.strictObject({ 'stream-id': z.uuid() }).meta({ id: 'StreamCreated' });
