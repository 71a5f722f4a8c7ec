import { Injectable } from '@nestjs/common';
import { suspended } from '../auth/auth.guard.js';
import { ClientAuthentication, type SecretAttempt } from '../auth/binding/client-authentication.js';
import { BindingIndex } from '../auth/binding/binding-index.js';
import type { Binding } from '../auth/binding/binding.reader.js';
import { FailedAttempts } from '../auth/binding/failed-attempts.js';
import type { ProvenBinding } from '../auth/binding/secret-cache.js';
import { Zones, type Zone } from '../auth/zones.js';
import { Clock } from '../core/clock.js';
import { Forbidden, NotFound, shown, Unauthenticated, type DomainError } from '../core/errors.js';
import { LAST_INSTANT, type Instant } from '../core/instant.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { AuditLog, type AuditEvent } from '../tenant/audit-log.store.js';
import type { Tenancy } from '../tenant/tenancy.reader.js';
import { GrantedPlaces } from './granted-places.js';
import { isProviderRole, type Grant, type Granted } from './grants.js';
import { SignInLinkStore } from './link/sign-in-link.store.js';
import { RefusedSignIns } from './refused-sign-ins.js';
import { digestOf } from './session/secret-code.js';
import { actorOf, type LiveSession } from './session/signed-in-callers.js';
import { SessionTurns } from './session/session-turns.js';
import { SessionStore } from './session/session.store.js';
import { Sessions, type NewSession } from './session/sessions.js';

/** Where a sign-in comes from. */
export interface Visitor {
  readonly address: string;
  /** What the session cookie of the request holds: that session ends with a new one. */
  readonly cookie: string | null;
  /** The host that is called: a tenant's names that tenant, as at the token endpoint. */
  readonly host: string | undefined;
}

/** As what a link signs in, and until when it does. */
export interface OpenLink {
  readonly granted: Granted;
  readonly grants: readonly Grant[];
  readonly expiresAt: Instant;
}

/** A session that has begun, and what its cookie is to hold. */
export interface NewcomerSession extends LiveSession {
  readonly token: string;
}

/** What is typed where there is no link. */
export interface TypedCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The tenant to act as; null for that of the host that is called, at any other host the provider. */
  readonly subdomain: string | null;
}

/** The client for which attempts at links are counted: all of an address together. */
const LINKS = 'sign-in link';
/** Whoever has a link is nobody that we know by name. */
const LINK_PERSON = 'one-time link';

/** Signs people in by a link or by typed credentials, and out (dashboard.md, "Signing in"). */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly clients: ClientAuthentication,
    private readonly bindings: BindingIndex,
    private readonly failed: FailedAttempts,
    private readonly zones: Zones,
    private readonly places: GrantedPlaces,
    private readonly links: SignInLinkStore,
    private readonly sessions: Sessions,
    private readonly store: SessionStore,
    private readonly turns: SessionTurns,
    private readonly refused: RefusedSignIns,
    private readonly audit: AuditLog,
  ) {}

  /** Returns as what a link signs in, and leaves it as it is. Throws NotFound, and TooManyAttempts after too many unknown ones. */
  async look(code: string, address: string): Promise<OpenLink> {
    const counted = this.failed.begin({ clientId: LINKS, address, isKnown: false });
    const open = await this.openLink(code).catch((error: unknown) => {
      counted.forgive();
      throw error;
    });
    if (open) {
      counted.forgive();
      return open;
    }
    await this.refused.note({ way: 'link', instanceId: null, clientId: null, address });
    throw deadLink();
  }

  /** Signs in by a link, which is used up by it. Throws as `look`, and Forbidden where its tenant is suspended. */
  async byLink(code: string, visitor: Visitor): Promise<NewcomerSession> {
    const { granted, grants } = await this.look(code, visitor.address);
    refuseSuspended(granted.tenancy);
    return this.database.transaction(async (tx) => {
      if (!(await this.links.take(tx, digestOf(code)))) throw deadLink();
      return this.start(tx, { person: LINK_PERSON, way: 'link', grants, client: null }, granted, visitor);
    });
  }

  /**
   * Signs in by a client id and secret, as the provider or as one of its tenants. Throws Unauthenticated where they do
   * not hold, Forbidden where they do and the tenant is suspended or there is none, TooManyAttempts as the token endpoint
   * does, TooManyRequests where too many sessions begin.
   */
  async byCredentials(typed: TypedCredentials, visitor: Visitor): Promise<NewcomerSession> {
    const { clientId, clientSecret: secret, subdomain } = typed;
    const { address, host } = visitor;
    const proven = await this.prove({ clientId, secret, address });
    this.turns.ofClient(clientId);
    const zone = subdomain === null ? this.zones.named({ header: undefined, host }) : { subdomain };
    const tenancy = await this.tenancyOf(proven.binding, zone, address);
    refuseSuspended(tenancy);
    const role = zone === null ? 'provider admin' : 'tenant admin';
    return this.database.transaction(async (tx) => {
      const client = { clientId, ...(await this.secretOf(tx, proven)) };
      const grants = [{ role, tenancyId: tenancy.id }] as const;
      return this.start(
        tx,
        { person: clientId, way: 'credentials', grants, client },
        { role, tenancy },
        visitor,
      );
    });
  }

  /** Returns the session as it is. Throws Forbidden where its tenant is suspended. */
  current(live: LiveSession): LiveSession {
    refuseSuspended(live.granted[0].tenancy);
    return live;
  }

  /** Signs out: the session is over at once here, and within 5 s on other replicas. */
  async out({ session, granted: [granted] }: LiveSession): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.sessions.end(tx, session.digest);
      await this.tell(tx, 'session.ended', session, granted);
    });
  }

  private async openLink(code: string): Promise<OpenLink | null> {
    const now = this.clock.now();
    const link = await this.database.read((tx) => this.links.find(tx, digestOf(code), now));
    const [granted] = link ? await this.places.granted(link.grants) : [];
    return link && granted ? { granted, grants: link.grants, expiresAt: link.expiresAt } : null;
  }

  private async start(
    tx: Tx,
    wanted: NewSession,
    granted: Granted,
    { cookie }: Visitor,
  ): Promise<NewcomerSession> {
    if (cookie !== null) await this.sessions.end(tx, digestOf(cookie));
    const { token, session } = await this.sessions.start(tx, wanted);
    await this.tell(tx, 'session.started', session, granted);
    return { token, session, granted: [granted] };
  }

  private async prove(attempt: SecretAttempt): Promise<ProvenBinding> {
    const proven = await this.clients.prove(attempt);
    if (proven) return proven;
    return this.refuse(this.bindings.find(attempt.clientId), attempt.address, badCredentials());
  }

  private async refuse(binding: Binding | null, address: string, refusal: DomainError): Promise<never> {
    const { instanceId, clientId } = binding ?? { instanceId: null, clientId: null };
    await this.refused.note({ way: 'credentials', instanceId, clientId, address });
    throw refusal;
  }

  private async tenancyOf(binding: Binding, zone: Zone, address: string): Promise<Tenancy> {
    const { instanceId } = binding;
    if (instanceId === null) return this.refuse(binding, address, notForOperators());
    const tenancy = await this.zones.find(instanceId, zone);
    return tenancy ?? this.refuse(binding, address, noTenant(zone));
  }

  /** What was rotated or revoked meanwhile proves nothing any more; another secret that comes later ends the session. */
  private async secretOf(tx: Tx, { binding, secretId }: ProvenBinding) {
    const secrets = await this.store.listSecrets(tx, binding.id);
    const proof = secrets.find(({ id }) => id === secretId);
    const until = proof?.expiresAt ?? LAST_INSTANT;
    if (!proof || until <= this.clock.now()) throw badCredentials();
    return { secretId: secrets.at(-1)?.id ?? secretId, until };
  }

  private tell(
    tx: Tx,
    event: AuditEvent,
    { person, way }: { readonly person: string; readonly way: string },
    granted: Granted,
  ): Promise<void> {
    const { role, tenancy } = granted;
    const tenantId = isProviderRole(role) ? null : tenancy.tenantId;
    const entry = { instanceId: tenancy.instanceId, tenantId, actor: actorOf(person, granted), event };
    return this.audit.append(tx, { ...entry, details: { way, role } });
  }
}

function refuseSuspended({ suspendedAt }: Tenancy): void {
  if (suspendedAt !== null) throw suspended();
}

function deadLink(): NotFound {
  return new NotFound(
    'This link is unknown, used or older than ten minutes: make another one on the machine of the service with npm run sign-in.',
  );
}

function notForOperators(): Forbidden {
  return new Forbidden(
    'These are credentials of the operator, for whom there is no dashboard yet: use those of a binding.',
  );
}

/** Whoever reads it has proven the client: a stranger learns no subdomain of it. */
function noTenant(zone: Zone): Forbidden {
  const [named = ''] = Object.values<string>(zone ?? {});
  return new Forbidden(
    `The client id and the secret are right, but no tenant with the subdomain ${shown(named)} is subscribed to their service instance.`,
  );
}

function badCredentials(): Unauthenticated {
  return new Unauthenticated(
    'Bad credentials: the client id or the secret is wrong, or the binding is revoked.',
  );
}
