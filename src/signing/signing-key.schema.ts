import { z } from 'zod';
import { wireTime } from '../http/answers.js';
import { uuidText } from '../http/wire-fields.js';
import { SIGNING_KINDS } from './signature.js';

const tenantId = z.string().optional().meta({ description: 'Of a tenant of the provider who asks' });

/** Body of POST. */
export const newKeyBody = z
  .strictObject({ kind: z.enum(SIGNING_KINDS), tenantId })
  .meta({ id: 'SigningKeyDraft' });

export const keysQuery = z.object({ tenantId });

/** The id of a key in a path; one that is no UUID names nothing. */
export const ofKey = z.object({ keyId: uuidText('signing key') }).transform(({ keyId }) => keyId);

const fields = {
  keyId: z.uuid(),
  kind: z.enum(SIGNING_KINDS),
  createdAt: wireTime(),
  publicKey: z.string().optional().meta({ description: 'Of a key of the kind v1a' }),
};

const key = z.strictObject(fields).meta({ id: 'SigningKey' });

/** A key that was made just now. */
export const madeKeyAnswer = z
  .strictObject({
    ...fields,
    secret: z.string().optional().meta({ description: 'Of a key of the kind v1; it is not shown again' }),
  })
  .meta({ id: 'MadeSigningKey' });

/** The keys of a tenant, oldest first: two at most. */
export const keysAnswer = z.strictObject({ results: z.array(key) }).meta({ id: 'SigningKeys' });
