import type { Clock } from '../../core/clock.js';
import type { LoginGate } from '../login-gate.js';
import type { CloudToken, Uaa } from './uaa.js';

/**
 * The one token of a runner on this replica: it is made when it is first needed and renewed before its end. Whoever
 * needs one meanwhile waits for the same answer, so that a wrong password is tried once and not once for each run.
 */
export class CloudTokens {
  private held: CloudToken | null = null;
  private renewal: Promise<CloudToken> | null = null;

  constructor(
    private readonly uaa: Uaa,
    private readonly gate: LoginGate,
    private readonly clock: Clock,
  ) {}

  /** Returns the access token. Throws LoginRefused and PlatformUnreachable: no request was sent then. */
  async access(): Promise<string> {
    if (this.held !== null && this.held.renewAt > this.clock.now()) return this.held.access;
    return (await this.sharing(() => this.renew())).access;
  }

  /** Logs in with the credentials, whatever token there is, also where the last login was refused. */
  async logInAnew(): Promise<string> {
    await this.renewal?.catch(() => undefined);
    return (await this.sharing(() => this.logIn(true))).access;
  }

  /** Notes that a token is not accepted any more, although its time is not over. */
  drop(access: string): void {
    if (this.held?.access === access) this.held = { ...this.held, renewAt: Number.NEGATIVE_INFINITY };
  }

  private sharing(renew: () => Promise<CloudToken>): Promise<CloudToken> {
    this.renewal ??= renew()
      .then((token) => (this.held = token))
      .finally(() => (this.renewal = null));
    return this.renewal;
  }

  private async renew(): Promise<CloudToken> {
    const refresh = this.held?.refresh ?? null;
    const renewed = refresh === null ? null : await this.uaa.refresh(refresh);
    return renewed ?? this.logIn(false);
  }

  private logIn(isForced: boolean): Promise<CloudToken> {
    this.held = null;
    return this.gate.pass(() => this.uaa.login(), isForced);
  }
}
