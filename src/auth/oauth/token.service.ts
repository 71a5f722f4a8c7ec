import { Injectable } from '@nestjs/common';
import { TenancyIndex, type Tenancy } from '../../tenant/tenancy-index.js';
import type { Binding } from '../binding-index.js';
import { ClientAuthentication } from '../client-authentication.js';
import { OPERATOR_SCOPE, scopesOf } from '../rights.js';
import { TokenIssuer, type IssuedToken } from '../token-issuer.js';
import { badCredentials, OAuthError } from './oauth-error.js';
import type { TokenRequest, Zone } from './token-request.js';

/** Answers token requests (tenancy-and-oauth.md, "Token endpoint"). */
@Injectable()
export class TokenService {
  constructor(
    private readonly clients: ClientAuthentication,
    private readonly tenancies: TenancyIndex,
    private readonly issuer: TokenIssuer,
  ) {}

  /**
   * Answers a token for a request. Throws OAuthError: `unauthorized` where the client does not prove itself,
   * `unsupported_grant_type`, `invalid_client` where the zone has no subscription to the client's instance,
   * `invalid_scope` where a scope is asked for that the client does not have there; TooManyAttempts.
   */
  async grant(request: TokenRequest): Promise<IssuedToken> {
    const binding = await this.clients.authenticate({ ...request.client, address: request.address });
    if (!binding) throw badCredentials();
    if (request.grantType !== 'client_credentials') {
      throw new OAuthError(
        'unsupported_grant_type',
        `Unsupported grant type: ${request.grantType.slice(0, 80)}`,
      );
    }
    const tenancy = await this.tenancyOf(binding, request.zone);
    const granted = tenancy ? scopesOf(tenancy) : [OPERATOR_SCOPE];
    return this.issuer.issue({
      clientId: binding.clientId,
      bindingId: binding.id,
      tenancy,
      scopes: narrowed(granted, request.scopes),
      grantType: request.grantType,
    });
  }

  private async tenancyOf(binding: Binding, zone: Zone): Promise<Tenancy | null> {
    const { instanceId } = binding;
    if (instanceId === null) return null;
    const tenancy = await this.tenancies.findFresh(() => this.findZone(instanceId, zone));
    if (!tenancy) {
      throw new OAuthError(
        'invalid_client',
        'The zone has no subscription to the service instance of this client',
      );
    }
    return tenancy;
  }

  private findZone(instanceId: number, zone: Zone): Tenancy | null {
    if (zone === null) return this.tenancies.findProvider(instanceId);
    if ('tenantId' in zone) return this.tenancies.findByTenant(instanceId, zone.tenantId);
    return this.tenancies.findBySubdomain(instanceId, zone.subdomain);
  }
}

function narrowed(granted: readonly string[], asked: readonly string[] | null): readonly string[] {
  if (asked === null) return granted;
  const foreign = asked.find((scope) => !granted.includes(scope));
  if (foreign === undefined) return [...new Set(asked)];
  // The description goes into a header too: only the characters that RFC 6749 permits in a scope are shown.
  const name = foreign.replace(/[^\x21\x23-\x5b\x5d-\x7e]/g, '?').slice(0, 80);
  throw new OAuthError('invalid_scope', `Scope ${name} is not one of this client in this zone`);
}
