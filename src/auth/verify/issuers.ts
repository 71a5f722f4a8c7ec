import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { Unauthenticated } from '../../core/errors.js';
import type { Caller } from '../caller.js';
import { ExternalIssuers } from './external-issuers.js';
import { OwnIssuer } from './own-issuer.js';
import { ALGORITHMS, fits, type TrustedIssuer } from './trusted-issuer.js';

const LONGEST_KID = 255;

/** Every issuer whose tokens are accepted, by the `iss` of its tokens. */
@Injectable()
export class Issuers {
  private readonly trusted = new Map<string, TrustedIssuer>();

  constructor(own: OwnIssuer, others: ExternalIssuers) {
    // Ours comes last: nobody else speaks in our name.
    for (const issuer of [...others.list(), own]) this.trusted.set(issuer.issuer, issuer);
  }

  /** Returns the key that must have signed a token, by its unverified header and `iss`. Throws Unauthenticated where there is none. */
  async keyOf(token: string): Promise<KeyObject> {
    const { header, issuer } = this.read(token);
    const algorithm = ALGORITHMS.find((allowed) => allowed === header.alg);
    // No extension that a token may declare critical is understood here (RFC 7515, section 4.1.11).
    if (!algorithm || header.crit !== undefined || !isName(header.kid)) throw refused();
    const key = await issuer.findKey(header.kid, algorithm);
    if (!key || !fits(key, algorithm)) throw refused();
    return key;
  }

  /** Returns who the claims of a token name whose signature holds. */
  callerOf(claims: JWTPayload): Promise<Caller> {
    return this.find(claims.iss).callerOf(claims);
  }

  private read(token: string) {
    try {
      return { header: decodeProtectedHeader(token), issuer: this.find(decodeJwt(token).iss) };
    } catch {
      throw refused();
    }
  }

  private find(iss: string | undefined): TrustedIssuer {
    const issuer = this.trusted.get(iss ?? '');
    if (!issuer) throw refused();
    return issuer;
  }
}

/** The types of jose promise text, but the header is what a stranger wrote. */
function isName(kid: unknown): kid is string {
  return typeof kid === 'string' && kid !== '' && kid.length <= LONGEST_KID;
}

function refused(): Unauthenticated {
  return new Unauthenticated('The access token is not signed by a trusted issuer: request a new one.');
}
