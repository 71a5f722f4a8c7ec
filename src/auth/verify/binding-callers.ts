import { Injectable } from '@nestjs/common';
import { Unauthenticated } from '../../core/errors.js';
import { LAST_INSTANT } from '../../core/instant.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import { ClientAuthentication, type SecretAttempt } from '../binding/client-authentication.js';
import { operatorScope, scopeIn, type Caller } from '../caller.js';
import { rightsOf, scopesOf } from '../rights.js';

/** Callers that send a binding's client id and secret with each request (the "lite" way): they stand in the provider's zone. */
@Injectable()
export class BindingCallers {
  constructor(
    private readonly clients: ClientAuthentication,
    private readonly tenancies: TenancyIndex,
  ) {}

  /** Returns who a client id and secret name. Throws Unauthenticated where they do not hold, TooManyAttempts where too many did not. */
  async callerOf(attempt: SecretAttempt): Promise<Caller> {
    const binding = await this.clients.authenticate(attempt);
    if (!binding) throw badCredentials();
    const { clientId, instanceId } = binding;
    if (instanceId === null) {
      return {
        scope: operatorScope(clientId),
        expiresAt: LAST_INSTANT,
        clientId,
        tenancyId: null,
        user: null,
      };
    }
    const tenancy = await this.tenancies.findFresh(() => this.tenancies.findProvider(instanceId));
    if (!tenancy) throw badCredentials();
    const scope = scopeIn(tenancy, clientId, rightsOf(scopesOf(tenancy), tenancy));
    return { scope, expiresAt: LAST_INSTANT, clientId, tenancyId: tenancy.id, user: null };
  }
}

function badCredentials(): Unauthenticated {
  return new Unauthenticated(
    'Bad credentials: the client id or the secret is wrong, or the binding is revoked.',
  );
}
