import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import { DomainError } from '../../core/errors.js';
import { HOUR_MS, SECOND_MS, type Instant } from '../../core/instant.js';
import type { JsonClient } from '../../outbound/json-client.js';
import { fits, type Algorithm } from '../verify/trusted-issuer.js';

const FETCH_MS = 5_000;
/** After a fetch the next one waits for so long, whatever tokens come. */
const COOL_DOWN_MS = 30 * SECOND_MS;
/** Keys that are older are fetched again, in the background. */
const FRESH_MS = HOUR_MS;

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });
const keySet = z.object({
  keys: z.array(
    z.looseObject({
      kid: z.string().optional(),
      use: z.string().optional(),
      alg: z.string().optional(),
      key_ops: z.array(z.string()).optional(),
    }),
  ),
});

type PublishedJwk = z.output<typeof keySet>['keys'][number];

/** A published key, and the algorithm for which its issuer reserves it, if it does. */
interface PublishedKey {
  readonly key: KeyObject;
  readonly algorithm: string | undefined;
}

/** Where an issuer's keys are. */
export interface KeySource {
  readonly issuer: string;
  readonly jwksUri?: string | undefined;
}

/**
 * The published keys of another authorization server. A key that is known costs no I/O; an unknown key id
 * fetches the set once, and not again for half a minute, so that forged tokens cannot make the service flood
 * the issuer.
 */
export class RemoteKeys {
  private readonly log = new Logger(RemoteKeys.name);
  /** By key id: keys of different kinds may share one (RFC 7517, section 4.5). */
  private keys: ReadonlyMap<string, readonly PublishedKey[]> = new Map();
  private fetchedAt: Instant | null = null;
  private triedAt: Instant | null = null;
  private fetching: Promise<void> | null = null;

  constructor(
    private readonly source: KeySource,
    private readonly clock: Clock,
    private readonly client: JsonClient,
  ) {}

  /** Returns the key of a key id that fits an algorithm, null where the issuer publishes none. Throws DomainError (`unavailable`) where its keys were never to be had. */
  async find(kid: string, algorithm: Algorithm): Promise<KeyObject | null> {
    if (this.keys.has(kid)) {
      if (this.clock.now() - (this.fetchedAt ?? 0) > FRESH_MS) void this.refresh();
      return this.fitting(kid, algorithm);
    }
    await this.refresh();
    if (this.fetchedAt !== null) return this.fitting(kid, algorithm);
    throw new DomainError(
      'unavailable',
      `The keys of ${this.source.issuer} cannot be read: try again later.`,
    );
  }

  private fitting(kid: string, algorithm: Algorithm): KeyObject | null {
    const fitting = this.keys
      .get(kid)
      ?.find((one) => (one.algorithm ?? algorithm) === algorithm && fits(one.key, algorithm));
    return fitting?.key ?? null;
  }

  /** Fetches the keys unless that was tried a moment ago; what is there stays where it fails. */
  private refresh(): Promise<void> {
    if (this.fetching) return this.fetching;
    const now = this.clock.now();
    if (this.triedAt !== null && now - this.triedAt < COOL_DOWN_MS) return Promise.resolve();
    this.triedAt = now;
    this.fetching = this.load()
      .then((keys) => {
        this.keys = keys;
        this.fetchedAt = now;
      })
      .catch((error: unknown) => {
        // A caller learns only that the keys are missing; the operator needs the cause.
        this.log.warn(`The keys of ${this.source.issuer} cannot be read: ${String(error)}`);
      })
      .finally(() => {
        this.fetching = null;
      });
    return this.fetching;
  }

  private async load(): Promise<ReadonlyMap<string, readonly PublishedKey[]>> {
    const { keys } = keySet.parse(await this.fetch(await this.jwksUri()));
    const byId = new Map<string, PublishedKey[]>();
    for (const jwk of keys.filter(isForVerifying)) {
      const published = publishedKey(jwk);
      const { kid } = jwk;
      if (kid !== undefined && published) byId.set(kid, [...(byId.get(kid) ?? []), published]);
    }
    return byId;
  }

  private async jwksUri(): Promise<string> {
    const { issuer, jwksUri } = this.source;
    if (jwksUri !== undefined) return jwksUri;
    const found = discovery.parse(
      await this.fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
    );
    if (found.issuer !== issuer) throw new Error(`${issuer} says that it is ${found.issuer}.`);
    return found.jwks_uri;
  }

  /** What the issuer's own document leads to counts as the operator's only on the issuer's own host. */
  private fetch(url: string): Promise<unknown> {
    const { issuer, jwksUri } = this.source;
    return this.client.fetchJson({ url, operatorUrl: jwksUri ?? issuer, timeoutMs: FETCH_MS });
  }
}

function isForVerifying({ use, key_ops: operations }: PublishedJwk): boolean {
  return (use ?? 'sig') === 'sig' && (operations?.includes('verify') ?? true);
}

/** A key of a kind that is not known here is passed over: it cannot have signed what is accepted. */
function publishedKey(jwk: PublishedJwk): PublishedKey | null {
  try {
    return { key: createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }), algorithm: jwk.alg };
  } catch {
    return null;
  }
}
