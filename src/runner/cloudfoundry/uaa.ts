import { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import { MINUTE_MS, SECOND_MS, type Instant } from '../../core/instant.js';
import type { ExchangeAnswer } from '../../outbound/exchange.js';
import { LoginRefused, PlatformRefused, PlatformUnreachable } from '../platform-failure.js';
import { documentOf, findDocument, isGranted } from './cloud-answer.js';
import type { CloudConnections } from './cloud-connections.js';
import type { CloudRoots } from './cloud-roots.js';
import type { CloudLogin, CloudTarget } from './cloud-target.js';
import { knownReason } from './login-reasons.js';

/** The client that the command line of Cloud Foundry uses: `cf`, without a secret. */
const CF_CLIENT = `Basic ${Buffer.from('cf:').toString('base64')}`;
const MARGIN_MS = MINUTE_MS;
/** How long a token counts whose life the answer does not tell. */
const UNTOLD_S = 300;

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().optional(),
  expires_in: z.number().default(UNTOLD_S),
});
const errorAnswer = z.object({ error: z.unknown(), error_description: z.unknown() }).partial();

/** An access token, and what its renewal needs. */
export interface CloudToken {
  readonly access: string;
  readonly refresh: string | null;
  /** From this instant on it is renewed: a minute before its end, or halfway for one that lives no longer than that. */
  readonly renewAt: Instant;
}

type Form = Readonly<Record<string, string>>;

/** The authorization server of a foundation: turns the credentials of one target into tokens. */
export class Uaa {
  constructor(
    private readonly connections: CloudConnections,
    private readonly roots: CloudRoots,
    private readonly clock: Clock,
    private readonly target: CloudTarget,
  ) {}

  /** Logs in. Throws LoginRefused where the credentials are not accepted, and PlatformUnreachable. */
  async login(): Promise<CloudToken> {
    const { login } = this.target;
    const secret = login.secret();
    if (login.kind === 'client') {
      const form = { grant_type: 'client_credentials', client_id: login.name, client_secret: secret };
      return unsent(async () => this.granted(await this.ask(form, {})));
    }
    const form = { grant_type: 'password', username: login.name, password: secret };
    const headers = { authorization: CF_CLIENT };
    return unsent(async () => this.granted(await this.ask(form, headers, hintOf(login))));
  }

  /** Renews a token without the password; null where that is refused, which says nothing about the password. */
  async refresh(refreshToken: string): Promise<CloudToken | null> {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    return unsent(async () => {
      const answer = await this.ask(form, { authorization: CF_CLIENT });
      return isRefused(answer) ? null : this.granted(answer);
    });
  }

  private async ask(form: Form, headers: Form, query = ''): Promise<ExchangeAnswer> {
    const url = `${await this.roots.loginOf(this.target)}/oauth/token${query}`;
    const request = {
      url,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
    } as const;
    return this.connections.send(request, this.target.caCertificate);
  }

  private granted(answer: ExchangeAnswer): CloudToken {
    if (!isGranted(answer)) throw refusalOfLogin(answer);
    const {
      access_token: access,
      refresh_token: refresh = null,
      expires_in: lifeS,
    } = documentOf(answer, tokenAnswer);
    const lifeMs = lifeS * SECOND_MS;
    const renewAt = this.clock.now() + (lifeMs <= MARGIN_MS ? lifeMs / 2 : lifeMs - MARGIN_MS);
    return { access, refresh, renewAt };
  }
}

/** Which identity provider is meant; '' for that of the platform. */
function hintOf({ origin }: CloudLogin): string {
  if (origin === null) return '';
  return `?${new URLSearchParams({ login_hint: JSON.stringify({ origin }) }).toString()}`;
}

/** Does what comes before a request with a token: whatever fails in it, the request itself was not sent. */
async function unsent<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PlatformRefused) {
      throw unreachable(`HTTP_${error.status}`, `No login server is known: ${error.message}`, false);
    }
    if (!(error instanceof PlatformUnreachable)) throw error;
    throw unreachable(error.code, error.message, error.about.isDistrusted);
  }
}

/** Whether the server does not accept what was sent. 408 and 429 only say that it is to be sent later. */
function isRefused({ status }: ExchangeAnswer): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** The status decides, not the word in the body. Of the body nothing is shown but what is known to hold no secret. */
function refusalOfLogin(answer: ExchangeAnswer): LoginRefused | PlatformUnreachable {
  const { status } = answer;
  if (status >= 400 && !isRefused(answer))
    return unreachable(`HTTP_${status}`, `The login server answered ${status}.`, false);
  const told = knownReason(findDocument(answer, errorAnswer) ?? {});
  return new LoginRefused(
    `The login was refused: ${told ?? `the login server answered ${status}`}.`,
    isRefused(answer),
  );
}

function unreachable(code: string, message: string, isDistrusted: boolean): PlatformUnreachable {
  return new PlatformUnreachable(code, message, { wasSent: false, isDistrusted });
}
