import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { CONFIG, type Config } from '../../config/config.js';
import { Clock } from '../../core/clock.js';
import { NotFound } from '../../core/errors.js';
import { HOUR_MS, SECOND_MS, type Instant } from '../../core/instant.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import type { Tenancy } from '../../tenant/tenancy.reader.js';
import { KeyRing } from './key-ring.js';
import { actionScopesOf, OPERATOR_AUDIENCE, OPERATOR_SCOPE } from '../rights.js';

/** What a token is issued for. */
export interface Grant {
  readonly clientId: string;
  /** What the token dies with beside its tenancy: the binding's id. */
  readonly bindingId: string;
  /** Null for an operator's token, which belongs to no zone. */
  readonly tenancy: Tenancy | null;
  readonly scopes: readonly string[];
  readonly grantType: string;
  /** The token lives no longer than until then. */
  readonly until?: Instant;
  /** The user on whose behalf the token is, for the exchange of a user's token. */
  readonly user?: { readonly id: string; readonly name: string };
}

/** An access token and what the token endpoint says of it. */
export interface IssuedToken {
  readonly token: string;
  /** The id of the key that signed it. */
  readonly kid: string;
  readonly jti: string;
  readonly scope: string;
  readonly expiresInS: number;
  readonly expiresAt: Instant;
}

/** How long a token lives that is sent to an action: many people's logs see it. */
const ACTION_TOKEN_MS = HOUR_MS;

/** Returns the client in the tokens that are sent to actions: no binding has such an id. */
export function actionClientOf(xsappname: string): string {
  return `sb-${xsappname}`;
}

/** Returns the claim by which a token is tied to one binding and one tenancy: it fits neither's successor. */
export function revocationSignature(bindingId: string, tenancyId: number): string {
  return createHash('sha256').update(`${bindingId}/${tenancyId}`).digest('hex').slice(0, 8);
}

/** Signs access tokens whose claims are those of an XSUAA (tenancy-and-oauth.md, "Token endpoint"). */
@Injectable()
export class TokenIssuer {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly keys: KeyRing,
    private readonly tenancies: TenancyIndex,
  ) {}

  /** Returns a new token for a grant; it lives for the configured time, or until the grant ends. Signing costs about 1 ms of CPU. */
  async issue(grant: Grant): Promise<IssuedToken> {
    const jti = randomUUID().replaceAll('-', '');
    const issuedAtS = Math.floor(this.clock.now() / SECOND_MS);
    const expiresAtS = this.expiryOf(grant, issuedAtS);
    const key = this.keys.signer();
    const claims = grant.tenancy ? this.zoneClaims(grant, grant.tenancy) : operatorClaims();
    const token = await new SignJWT({
      jti,
      ...claims,
      client_id: grant.clientId,
      cid: grant.clientId,
      azp: grant.clientId,
      scope: [...grant.scopes],
      authorities: [...grant.scopes],
      grant_type: grant.grantType,
      rev_sig: revocationSignature(grant.bindingId, grant.tenancy?.id ?? 0),
    })
      .setProtectedHeader({
        alg: 'RS256',
        typ: 'JWT',
        kid: key.kid,
        jku: `${this.config.publicUrl}/token_keys`,
      })
      .setIssuer(this.config.publicUrl)
      .setSubject(grant.user?.id ?? grant.clientId)
      .setIssuedAt(issuedAtS)
      .setExpirationTime(expiresAtS)
      .sign(key.privateKey);
    return {
      token,
      kid: key.kid,
      jti,
      scope: grant.scopes.join(' '),
      expiresInS: expiresAtS - issuedAtS,
      expiresAt: expiresAtS * SECOND_MS,
    };
  }

  /**
   * Returns a token with which the service calls the actions of a tenancy: a client-credentials token of the
   * instance in the tenant's zone, for an hour at most. The service's own API refuses it, so that an action cannot use
   * it here.
   * Throws NotFound where the tenancy is gone.
   */
  async issueForTenancy(tenancyId: number): Promise<IssuedToken> {
    const tenancy = await this.tenancies.findFresh(() => this.tenancies.find(tenancyId));
    if (!tenancy) throw new NotFound(`Tenancy ${tenancyId} is gone: its jobs are not run any more.`);
    return this.issue({
      clientId: actionClientOf(tenancy.xsappname),
      bindingId: '',
      tenancy,
      scopes: actionScopesOf(tenancy),
      grantType: 'client_credentials',
      until: this.clock.now() + ACTION_TOKEN_MS,
    });
  }

  /** Returns whether the key that signed a token still verifies: it may have been replaced before its time. */
  isValid({ kid }: Pick<IssuedToken, 'kid'>): boolean {
    return this.keys.find(kid) !== null;
  }

  private expiryOf({ until }: Grant, issuedAtS: number): number {
    const usualS = issuedAtS + this.config.tokenLifetimeS;
    const longestS = until === undefined ? usualS : Math.floor(until / SECOND_MS);
    // What stands on a token that is accepted for its leeway only is as good as expired.
    return Math.max(issuedAtS + 1, Math.min(usualS, longestS));
  }

  private zoneClaims(grant: Grant, tenancy: Tenancy) {
    return {
      zid: tenancy.tenantId,
      aud: ['uaa', grant.clientId, tenancy.xsappname],
      ext_attr: {
        enhancer: 'XSUAA',
        zdn: tenancy.subdomain,
        serviceinstanceid: tenancy.instanceUid,
        subaccountid: tenancy.tenantId,
      },
      ...(grant.user ? { user_id: grant.user.id, user_name: grant.user.name } : {}),
    };
  }
}

function operatorClaims() {
  return { aud: [OPERATOR_AUDIENCE], scope: [OPERATOR_SCOPE] };
}
