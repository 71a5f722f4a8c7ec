import { VERSION } from '../config/version.js';
import type { Instant } from '../core/instant.js';
import { isProviderRole, type Granted } from './grants.js';
import type { LiveSession } from './session/signed-in-callers.js';
import type { OpenLink } from './sign-in.service.js';

const iso = (at: Instant) => new Date(at).toISOString();

function grantWire({ role, tenancy }: Granted) {
  const { instanceUid: id, instanceName: name, tenantId, subdomain } = tenancy;
  return { role, instance: { id, name }, tenant: isProviderRole(role) ? null : { tenantId, subdomain } };
}

/** Returns a link as the page shows it. */
export function linkWire({ granted, expiresAt }: OpenLink) {
  return { grant: grantWire(granted), expiresAt: iso(expiresAt) };
}

/** Returns a session as the pages know it. */
export function sessionWire({ session, granted }: LiveSession) {
  const { person: name, way, startedAt, expiresAt, idleExpiresAt } = session;
  return {
    person: { name, way },
    grants: granted.map(grantWire),
    startedAt: iso(startedAt),
    expiresAt: iso(expiresAt),
    idleExpiresAt: iso(idleExpiresAt),
    version: VERSION,
  };
}
