import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { Right } from '../../core/access-scope.js';
import type { SignedIn } from '../caller.js';

/** Who keeps sessions: the guard asks it about requests without an Authorization header. */
export interface SessionKeeper {
  /**
   * Returns who is signed in by the session of a request that needs a right; null where the request carries no session.
   * Throws Unauthenticated for a session that is gone, Forbidden for a request that does not come from the dashboard.
   */
  signedIn(request: Request, needed: Right): Promise<SignedIn | null>;
}

/** The way from the guard to the sessions, which are kept above it; without the dashboard there are none. */
@Injectable()
export class SessionCallers {
  private keeper: SessionKeeper | null = null;

  /** Sets who keeps the sessions; call it in a constructor. */
  keptBy(keeper: SessionKeeper): void {
    this.keeper = keeper;
  }

  /** Returns who is signed in by the session of a request, null where it carries none. Throws as SessionKeeper does. */
  async find(request: Request, needed: Right): Promise<SignedIn | null> {
    return (await this.keeper?.signedIn(request, needed)) ?? null;
  }
}
