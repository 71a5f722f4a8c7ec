import { Injectable } from '@nestjs/common';
import { Unauthenticated } from '../../core/errors.js';
import { LAST_INSTANT } from '../../core/instant.js';
import { ClientAuthentication, type SecretAttempt } from '../binding/client-authentication.js';
import { operatorCaller, scopeIn, type Caller } from '../caller.js';
import { rightsOf, scopesOf } from '../rights.js';
import { noSubscription, Zones, type ZoneNames } from '../zones.js';

/** Callers that send a binding's client id and secret with each request (the "lite" way): they stand in the zone that the request names, as at the token endpoint, or in the provider's. */
@Injectable()
export class BindingCallers {
  constructor(
    private readonly clients: ClientAuthentication,
    private readonly zones: Zones,
  ) {}

  /**
   * Returns who a client id and secret name in the zone that the request names. Throws Unauthenticated where they do
   * not hold or the zone has no subscription, TooManyAttempts where too many did not.
   */
  async callerOf(attempt: SecretAttempt, names: ZoneNames): Promise<Caller> {
    const binding = await this.clients.authenticate(attempt);
    if (!binding) throw badCredentials();
    const { clientId, instanceId } = binding;
    const zone = this.zones.named(names);
    if (instanceId === null && zone === null) return operatorCaller(clientId, LAST_INSTANT);
    const tenancy = instanceId === null ? null : await this.zones.find(instanceId, zone);
    if (!tenancy) throw new Unauthenticated(noSubscription(zone));
    const scopes = scopesOf(tenancy);
    const scope = scopeIn(tenancy, clientId, rightsOf(scopes, tenancy));
    return { scope, scopes, expiresAt: LAST_INSTANT, clientId, tenancyId: tenancy.id, user: null };
  }
}

function badCredentials(): Unauthenticated {
  return new Unauthenticated(
    'Bad credentials: the client id or the secret is wrong, or the binding is revoked.',
  );
}
