/** The UAA's tokens: shaped like JWTs, known by heart, worthless after their time. */
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { invalidToken, Refusal } from './refusal.mjs';

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export class Tokens {
  #access = new Map();
  #refresh = new Map();

  constructor(world) {
    this.world = world;
  }

  /** Returns the answer of the token endpoint to a login that was accepted. */
  issue(holder, { isRefreshable }) {
    const { tokenLifeS } = this.world.settings;
    const until = Date.now() + tokenLifeS * 1000;
    const claims = { jti: randomUUID(), user_id: holder.guid, exp: Math.floor(until / 1000) };
    const token = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${part(randomUUID())}`;
    this.#access.set(token, { holder, until });
    const answer = { access_token: token, token_type: 'bearer', expires_in: tokenLifeS, jti: claims.jti };
    if (!isRefreshable) return answer;
    const refresh = `${randomUUID()}-r`;
    this.#refresh.set(refresh, holder);
    return { ...answer, refresh_token: refresh };
  }

  /** Returns whose refresh token this is, null where it is none. */
  holderOfRefresh(token) {
    return this.#refresh.get(token) ?? null;
  }

  /** Returns who sent a request. Throws a Refusal where its token is missing or worthless. */
  callerOf(headers) {
    const [scheme, token] = (headers.authorization ?? '').split(' ');
    if (!token) throw new Refusal('CF-NotAuthenticated', 'Authentication error');
    const known = scheme.toLowerCase() === 'bearer' ? this.#access.get(token) : undefined;
    if (!known || known.until <= Date.now()) throw invalidToken();
    return known.holder;
  }

  /** Makes every token worthless; `isRefreshToo` also those for refreshing. */
  revoke({ isRefreshToo = false } = {}) {
    this.#access.clear();
    if (isRefreshToo) this.#refresh.clear();
  }
}
