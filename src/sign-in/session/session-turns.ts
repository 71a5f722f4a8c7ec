import { Injectable } from '@nestjs/common';
import { networkOf } from '../../auth/binding/failed-attempts.js';
import { Clock } from '../../core/clock.js';
import { Turns } from '../../tenant/rate-limit/turns.js';

/** Requests of a session. */
const OF_SESSION = 600;
/** Requests of an address with cookies that this process has not seen: each is looked up in the database. */
const OF_STRANGERS = 300;
/** Sessions that begin by the credentials of one client: each is written down, and kept for a year. */
const OF_CLIENT = 20;
/** Counts by the minute, in this process, what a session, an address and a client ask for. Each throws TooManyRequests beyond its number. */
@Injectable()
export class SessionTurns {
  private readonly turns: Turns;

  constructor(clock: Clock) {
    this.turns = new Turns(clock);
  }

  /** Counts a request of a session. */
  ofSession(digest: string): void {
    this.turns.take(`session ${digest}`, OF_SESSION, 'requests of this session');
  }

  /** Counts a request with a cookie that nobody has seen yet. */
  ofStranger(address: string): void {
    this.turns.take(`address ${networkOf(address)}`, OF_STRANGERS, 'unknown sessions from this address');
  }

  /** Counts a sign-in by right credentials. */
  ofClient(clientId: string): void {
    this.turns.take(`client ${clientId}`, OF_CLIENT, 'sign-ins with these credentials');
  }
}
