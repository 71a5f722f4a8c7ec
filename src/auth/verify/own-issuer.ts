import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { CONFIG, type Config } from '../../config/config.js';
import { Unauthenticated } from '../../core/errors.js';
import { SECOND_MS } from '../../core/instant.js';
import { ChangeFeed } from '../../tenant/change-feed.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import { operatorCaller, scopeIn, type Caller } from '../caller.js';
import type { Algorithm, TrustedIssuer } from './trusted-issuer.js';
import { BindingIndex } from '../binding/binding-index.js';
import { KeyRing } from '../key/key-ring.js';
import { heldScopes, OPERATOR_AUDIENCE, OPERATOR_SCOPE, rightsOf } from '../rights.js';
import { actionClientOf, revocationSignature } from '../key/token-issuer.js';

/** What TokenIssuer signs with. */
const OWN_ALGORITHM: Algorithm = 'RS256';

const ownClaims = z.object({
  aud: z.array(z.string()),
  cid: z.string(),
  exp: z.number(),
  rev_sig: z.string(),
  scope: z.array(z.string()),
  zid: z.string().default(''),
  user_id: z.string().optional(),
  user_name: z.string().optional(),
});

/** The service itself as an issuer: what the claims of its own tokens mean. */
@Injectable()
export class OwnIssuer implements TrustedIssuer {
  readonly issuer: string;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly keys: KeyRing,
    private readonly feed: ChangeFeed,
    private readonly bindings: BindingIndex,
    private readonly tenancies: TenancyIndex,
  ) {
    this.issuer = config.publicUrl;
  }

  async findKey(kid: string, algorithm: Algorithm): Promise<KeyObject | null> {
    if (algorithm !== OWN_ALGORITHM) return null;
    const known = this.keys.find(kid);
    if (known) return known;
    await this.feed.poll();
    return this.keys.find(kid);
  }

  async callerOf(claims: JWTPayload): Promise<Caller> {
    const parsed = ownClaims.safeParse(claims);
    if (!parsed.success) throw dead();
    const { aud, cid, exp, rev_sig: signature, scope: named, zid } = parsed.data;
    if (aud.some((name) => cid === actionClientOf(name))) throw meantForActions();
    const { binding, tenancy } = await this.placeOf(cid, zid);
    if (signature !== revocationSignature(binding.id, tenancy?.id ?? 0)) throw dead();
    const expiresAt = exp * SECOND_MS;
    if (!tenancy) {
      if (!aud.includes(OPERATOR_AUDIENCE) || !named.includes(OPERATOR_SCOPE)) throw dead();
      return operatorCaller(cid, expiresAt);
    }
    if (!aud.includes(tenancy.xsappname)) throw dead();
    const scopes = heldScopes(named, tenancy);
    const { user_id: id, user_name: name } = parsed.data;
    const user = id === undefined ? null : { id, name: name ?? id };
    const scope = scopeIn(tenancy, cid, rightsOf(scopes, tenancy));
    return { scope, scopes, expiresAt, clientId: cid, tenancyId: tenancy.id, user };
  }

  /** Returns the binding of a client and its tenancy in a zone, null for the operator. Throws Unauthenticated where either is gone. */
  private async placeOf(clientId: string, zone: string) {
    const binding = await this.bindings.findFresh(clientId);
    if (!binding) throw gone();
    const { instanceId } = binding;
    if (instanceId === null) return { binding, tenancy: null };
    const tenancy = await this.tenancies.findFresh(() => this.tenancies.findByTenant(instanceId, zone));
    if (!tenancy) throw gone();
    return { binding, tenancy };
  }
}

/** A token that came with a call was sent back: it is valid, and not for this service. */
export class WrongAudience extends Unauthenticated {}

function meantForActions(): WrongAudience {
  return new WrongAudience(
    'The access token has the wrong audience: it came with a call and is for the application that was called. Request one with the credentials of a binding.',
  );
}

function gone(): Unauthenticated {
  return new Unauthenticated('The access token is not valid any more: its binding or its tenant is gone.');
}

function dead(): Unauthenticated {
  return new Unauthenticated(
    'The access token is not valid any more, or not for this service: request a new one.',
  );
}
