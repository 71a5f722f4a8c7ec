import { z } from 'zod';
import { ROLES } from './grants.js';
import { WAYS } from './session/session.store.js';

const time = () => z.iso.datetime().describe('UTC');

const grant = z
  .strictObject({
    role: z.enum(ROLES),
    instance: z.strictObject({ id: z.uuid(), name: z.string() }),
    tenant: z.strictObject({ tenantId: z.guid(), subdomain: z.string() }).nullable(),
  })
  .meta({ id: 'Grant' });

export const linkAnswer = z.strictObject({ grant, expiresAt: time() }).meta({ id: 'SignInLink' });

export const sessionAnswer = z
  .strictObject({
    person: z.strictObject({ name: z.string(), way: z.enum(WAYS) }),
    grants: z.array(grant).min(1),
    startedAt: time(),
    expiresAt: time(),
    idleExpiresAt: time().describe('When it ends unless it is used; what a page asks by itself is no use'),
    version: z.string().describe('Of the service'),
  })
  .meta({ id: 'Session' });
