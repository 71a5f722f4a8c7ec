import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { CONFIG, type Config } from '../../config/config.js';
import type { ExternalIssuerConfig } from '../../config/external-issuers.js';
import { Clock } from '../../core/clock.js';
import { Unauthenticated } from '../../core/errors.js';
import { SECOND_MS } from '../../core/instant.js';
import { isUuid } from '../../core/uuid.js';
import { JsonClient } from '../../outbound/json-client.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import type { Tenancy } from '../../tenant/tenancy.reader.js';
import { scopeIn, type Caller } from '../caller.js';
import type { Algorithm, TrustedIssuer } from './trusted-issuer.js';
import { RemoteKeys } from '../key/remote-keys.js';
import { heldScopes, rightsOf } from '../rights.js';

/** Another authorization server: what the claims of its tokens mean here, by configuration. */
export class ExternalIssuer implements TrustedIssuer {
  readonly issuer: string;

  constructor(
    private readonly trusted: ExternalIssuerConfig,
    private readonly keys: RemoteKeys,
    private readonly tenancies: TenancyIndex,
  ) {
    this.issuer = trusted.issuer;
  }

  async findKey(kid: string, algorithm: Algorithm): Promise<KeyObject | null> {
    return this.trusted.algorithms.includes(algorithm) ? this.keys.find(kid, algorithm) : null;
  }

  async callerOf(claims: JWTPayload): Promise<Caller> {
    const audiences = textsOf(claims.aud);
    if (!this.trusted.audience.some((audience) => audiences.includes(audience))) {
      throw new Unauthenticated(
        'The access token is meant for another service: request one for this audience.',
      );
    }
    const client = this.claim(claims, this.trusted.clientClaims);
    const tenancy = await this.tenancyOf(claims, client, audiences);
    const granted = this.trusted.grants.map((part) => `${tenancy.xsappname}.${part}`);
    const scopes = heldScopes([...scopesOf(claims), ...granted], tenancy);
    const rights = rightsOf(scopes, tenancy);
    const user = userOf(claims, client);
    const actor = client ?? user?.id ?? this.issuer;
    const expiresAt = Number(claims.exp) * SECOND_MS; // a number: the strategy has looked at it
    const scope = scopeIn(tenancy, actor, rights);
    return { scope, scopes, expiresAt, clientId: null, tenancyId: tenancy.id, user };
  }

  /** A token that names no tenant names nobody: it is never taken for the provider's. */
  private async tenancyOf(
    claims: JWTPayload,
    client: string | null,
    audiences: readonly string[],
  ): Promise<Tenancy> {
    const names = client === null ? audiences : [client, ...audiences];
    const xsappname = names.map((name) => this.instanceFor(name)).find((found) => found !== null);
    const tenantId = this.claim(claims, this.trusted.tenantClaims)?.toLowerCase() ?? '';
    if (xsappname === undefined || !isUuid(tenantId)) throw nobody();
    const tenancy = await this.tenancies.findFresh(() => this.tenancies.findByApp(xsappname, tenantId));
    if (!tenancy) throw nobody();
    return tenancy;
  }

  private instanceFor(name: string): string | null {
    return Object.hasOwn(this.trusted.instances, name) ? (this.trusted.instances[name] ?? null) : null;
  }

  private claim(claims: JWTPayload, names: readonly string[]): string | null {
    const found = names
      .map((name) => claims[name])
      .find((value) => typeof value === 'string' && value !== '');
    return typeof found === 'string' ? found : null;
  }
}

/** The authorization servers of others that the configuration trusts. */
@Injectable()
export class ExternalIssuers {
  private readonly all: readonly ExternalIssuer[];

  constructor(@Inject(CONFIG) config: Config, clock: Clock, tenancies: TenancyIndex, client: JsonClient) {
    this.all = config.externalIssuers.map(
      (trusted) => new ExternalIssuer(trusted, new RemoteKeys(trusted, clock, client), tenancies),
    );
  }

  /** Returns each of them. */
  list(): readonly TrustedIssuer[] {
    return this.all;
  }
}

function textsOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === 'string');
}

/** Scopes come as a list (XSUAA) or as text with spaces (RFC 9068). */
function scopesOf({ scope }: JWTPayload): string[] {
  return textsOf(scope).flatMap((text) => text.split(' '));
}

/** A token whose subject is its client is that client's own. */
function userOf(claims: JWTPayload, client: string | null): Caller['user'] {
  const { sub, grant_type: grantType } = claims;
  if (typeof sub !== 'string' || sub === client || grantType === 'client_credentials') return null;
  const names = ['user_name', 'preferred_username', 'email'].map((name) => claims[name]);
  const name = names.find((value) => typeof value === 'string') ?? sub;
  const id = typeof claims['user_id'] === 'string' ? claims['user_id'] : sub;
  return { id, name };
}

function nobody(): Unauthenticated {
  return new Unauthenticated('The access token names no tenant of a service instance here.');
}
