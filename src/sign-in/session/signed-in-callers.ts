import { createParamDecorator, Injectable, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { SignedIn } from '../../auth/caller.js';
import { SessionCallers, type SessionKeeper } from '../../auth/verify/session-callers.js';
import { isReadingRight, type AccessScope, type Right } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import { Unauthenticated } from '../../core/errors.js';
import { MINUTE_MS } from '../../core/instant.js';
import { firstCharacters } from '../../core/text/first-characters.js';
import { sessionCookieOf } from '../../http/session-cookie.js';
import { GrantedPlaces, type ActingPlace } from '../granted-places.js';
import { grantText, isProviderRole, rightsOfRole, type Granted } from '../grants.js';
import { SameOrigin } from './same-origin.js';
import { SessionTurns } from './session-turns.js';
import { Sessions } from './sessions.js';
import type { StoredSession } from './session.store.js';

/** A session with those of its grants that hold. */
export interface LiveSession {
  readonly session: StoredSession;
  readonly granted: readonly [Granted, ...Granted[]];
}

interface SessionRequest extends Request {
  ownSession?: LiveSession;
}

/** Passes the session of a request to a parameter of a controller method; for routes that need the right `session`. */
export const OwnSession = createParamDecorator((_data: unknown, context: ExecutionContext): LiveSession => {
  const { ownSession } = context.switchToHttp().getRequest<SessionRequest>();
  if (!ownSession) throw new Error('A route that needs the right session was passed without one.');
  return ownSession;
});

const READING_METHODS = ['GET', 'HEAD'];
/** What outlives its request, such as a stream, is asked again after this time: nobody tells it of a sign-out. */
const LASTING_MS = MINUTE_MS;
const LONGEST_PERSON = 120;

/** Says who is signed in by the cookie of a request, and as what the request acts (dashboard.md, "Sessions"). */
@Injectable()
export class SignedInCallers implements SessionKeeper {
  constructor(
    private readonly clock: Clock,
    private readonly sameOrigin: SameOrigin,
    private readonly sessions: Sessions,
    private readonly turns: SessionTurns,
    private readonly places: GrantedPlaces,
    callers: SessionCallers,
  ) {
    callers.keptBy(this);
  }

  /** Returns who is signed in, null where the request has no cookie. Throws as SessionKeeper says, and TooManyRequests. */
  async signedIn(request: SessionRequest, needed: Right): Promise<SignedIn | null> {
    const token = sessionCookieOf(request);
    if (token === null) return null;
    this.sameOrigin.refuseOthers(request);
    const mayRead = needed === 'session' || isReadingRight(needed);
    const isReading = mayRead && READING_METHODS.includes(request.method);
    if (!isReading) this.sameOrigin.refuseUnmarked(request);
    if (!this.sessions.hasSeen(token)) this.turns.ofStranger(request.ip ?? '');
    const live = await this.liveSession(token, !isPoll(request));
    const wanted =
      needed === 'session' ? undefined : (request.get('X-Carillon-Scope') ?? request.query['scope']);
    request.ownSession = live;
    return this.callerIn(live.session, await this.places.acting(live.granted, wanted));
  }

  private async liveSession(token: string, isUse: boolean): Promise<LiveSession> {
    const session = await this.sessions.find(token, isUse);
    if (!session) throw isOver();
    this.turns.ofSession(session.digest);
    const [first, ...others] = await this.places.granted(session.grants);
    if (!first) throw isOver();
    return { session, granted: [first, ...others] };
  }

  private callerIn(session: StoredSession, place: ActingPlace): SignedIn {
    const { granted, tenancy, isWholeInstance } = place;
    const { clientId, expiresAt } = session;
    const scope: AccessScope = Object.freeze({
      kind: isWholeInstance ? 'instance' : 'tenant',
      instanceId: tenancy.instanceId,
      tenancyId: tenancy.id,
      tenantId: tenancy.tenantId,
      subdomain: tenancy.subdomain,
      clientId,
      actor: actorOf(session.person, granted),
      rights: rightsOfRole(granted.role, isWholeInstance),
    });
    return {
      scope,
      scopes: [],
      expiresAt: Math.min(expiresAt, this.clock.now() + LASTING_MS),
      clientId,
      tenancyId: tenancy.id,
      user: null,
      role: grantText(granted),
      isProvider: isProviderRole(granted.role),
      session: session.digest,
    };
  }
}

function isOver(): Unauthenticated {
  return new Unauthenticated('The session is over: sign in to the dashboard again.');
}

/** Returns the name of a person in logs: `anna (provider of default)`, `anna (tenant acme)`. */
export function actorOf(person: string, { role, tenancy }: Granted): string {
  const where = isProviderRole(role) ? `provider of ${tenancy.instanceName}` : `tenant ${tenancy.subdomain}`;
  return `${firstCharacters(person, LONGEST_PERSON)} (${where})`;
}

/** What a page asks by itself is no use of the session; an event stream is opened again by the browser. */
function isPoll(request: Request): boolean {
  return (
    request.get('X-Carillon-Poll') === '1' || (request.get('Accept') ?? '').startsWith('text/event-stream')
  );
}
