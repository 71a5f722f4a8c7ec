import { Injectable } from '@nestjs/common';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import type { Tenancy } from '../../tenant/tenancy.reader.js';
import type { Binding } from '../binding/binding.reader.js';
import { ClientAuthentication } from '../binding/client-authentication.js';
import { OPERATOR_SCOPE, scopesOf } from '../rights.js';
import { noSubscription, Zones, type ZoneNames } from '../zones.js';
import { TokenIssuer, type IssuedToken } from '../key/token-issuer.js';
import { CLIENT_CREDENTIALS, JWT_BEARER } from './grant-types.js';
import { badCredentials, OAuthError } from './oauth-error.js';
import type { TokenRequest } from './token-request.js';
import { UserAssertions } from './user-assertions.js';

/** Returns token requests (tenancy-and-oauth.md, "Token endpoint"). */
@Injectable()
export class TokenService {
  constructor(
    private readonly clients: ClientAuthentication,
    private readonly tenancies: TenancyIndex,
    private readonly zones: Zones,
    private readonly issuer: TokenIssuer,
    private readonly users: UserAssertions,
  ) {}

  /**
   * Returns a token for a request. Throws OAuthError: `unauthorized` where the client does not prove itself,
   * `unsupported_grant_type`, `invalid_grant` where the user's token does not hold, `invalid_client` where the zone has no subscription to the client's instance,
   * `invalid_scope` where a scope is asked for that the client does not have there; TooManyAttempts.
   */
  async grant(request: TokenRequest): Promise<IssuedToken> {
    const binding = await this.authenticate(request);
    if (!binding) throw badCredentials();
    switch (request.grantType) {
      case CLIENT_CREDENTIALS:
        return this.grantToClient(binding, request);
      case JWT_BEARER:
        return this.grantToUser(binding, request);
      default:
        throw new OAuthError(
          'unsupported_grant_type',
          `Unsupported grant type: ${shownText(request.grantType.slice(0, 80))}`,
        );
    }
  }

  private authenticate({ client, address }: TokenRequest): Promise<Binding | null> {
    return client.kind === 'secret'
      ? this.clients.authenticate({ ...client, address })
      : this.clients.authenticateCertificate(client.clientId, client.thumbprint);
  }

  private async grantToClient(binding: Binding, request: TokenRequest): Promise<IssuedToken> {
    const tenancy = await this.tenancyOf(binding, request.zone);
    const granted = tenancy ? scopesOf(tenancy) : [OPERATOR_SCOPE];
    const scopes = narrowed(granted, request.scopes);
    return this.issuer.issue({ ...clientOf(binding), tenancy, scopes, grantType: CLIENT_CREDENTIALS });
  }

  /** The zone is the user's, whatever the request says; the token has the user's scopes there and lives no longer than the user's token. */
  private async grantToUser(binding: Binding, request: TokenRequest): Promise<IssuedToken> {
    const { user, tenancyId, scopes: held, expiresAt } = await this.users.callerOf(request.assertion);
    const tenancy = tenancyId === null ? null : this.tenancies.find(tenancyId);
    if (!tenancy || tenancy.instanceId !== binding.instanceId) {
      throw new OAuthError(
        'invalid_grant',
        'The tenant of the user has no subscription to the service instance of this client',
      );
    }
    const scopes = narrowed(held, request.scopes);
    const grant = { ...clientOf(binding), tenancy, scopes, grantType: JWT_BEARER, user };
    return this.issuer.issue({ ...grant, until: expiresAt });
  }

  private async tenancyOf({ instanceId }: Binding, names: ZoneNames): Promise<Tenancy | null> {
    const zone = this.zones.named(names);
    if (instanceId === null && zone === null) return null;
    const tenancy = instanceId === null ? null : await this.zones.find(instanceId, zone);
    if (!tenancy) throw new OAuthError('invalid_client', shownText(noSubscription(zone)));
    return tenancy;
  }
}

function narrowed(granted: readonly string[], asked: readonly string[] | null): readonly string[] {
  if (asked === null) return granted;
  const foreign = asked.find((scope) => !granted.includes(scope));
  if (foreign === undefined) return [...new Set(asked)];
  const name = shownText(foreign.slice(0, 80));
  throw new OAuthError('invalid_scope', `Scope ${name} is not one of this client in this zone`);
}

/** The description goes into a header too: only characters that RFC 6749 permits there are shown. */
function shownText(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?');
}

const clientOf = ({ id, clientId }: Binding) => ({ bindingId: id, clientId });
