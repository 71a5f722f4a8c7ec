import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { lasting } from './waiting.js';

interface Answer {
  readonly status: number;
  // Answers come over the wire: their shape is what the caller is about.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** A request that was sent until its outcome was known. */
export interface Done extends Answer {
  readonly sentMs: number;
  readonly answeredMs: number;
}

const GIVE_UP_MS = 60_000;
const ANSWER_WITHIN_MS = 5_000;
const TRY_AGAIN_MS = 100;
/** These say that the service could not do it, not that it may not be done. */
const isOutage = (status: number): boolean => status >= 500;

/**
 * The API of a deployment as a careful client uses it: a request that got no answer, or one that the service was not
 * able to give, is sent again to the next replica until its outcome is known.
 */
export class Api {
  private turn = 0;

  constructor(
    private readonly urls: () => readonly string[],
    private readonly credentialsFolder: string,
  ) {}

  /** Returns an access token of a tenant, null for the provider's own. */
  async tokenOf(tenantId: string | null): Promise<string> {
    const file = readFileSync(join(this.credentialsFolder, 'vcap-services.json'), 'utf8');
    const { clientid, clientsecret } = JSON.parse(file).jobscheduler[0].credentials.uaa;
    const { body } = await this.untilKnown((url) =>
      request(url)
        .post('/oauth/token')
        .auth(clientid, clientsecret)
        .set(tenantId === null ? {} : { 'X-Zid': tenantId })
        .type('form')
        .send({ grant_type: 'client_credentials' }),
    );
    return String(body.access_token);
  }

  /** Sends a request with a token; throws where the service refuses it, but for a status in `accepted`. */
  send(
    method: 'get' | 'post' | 'put' | 'delete',
    path: string,
    { token, body, accepted = [] }: { token: string; body?: object; accepted?: readonly number[] },
  ): Promise<Done> {
    return this.untilKnown(
      (url) => request(url)[method](path).set('Authorization', `Bearer ${token}`).send(body),
      accepted,
    );
  }

  private async untilKnown(
    ask: (url: string) => request.Test,
    accepted: readonly number[] = [],
  ): Promise<Done> {
    const sentMs = Date.now();
    let last = 'no replica runs';
    while (Date.now() - sentMs < GIVE_UP_MS) {
      const urls = this.urls();
      const url = urls[this.turn++ % urls.length];
      const answer = url === undefined ? last : await this.answerOf(ask(url));
      if (typeof answer !== 'string' && !isOutage(answer.status)) {
        const { status, body } = answer;
        if (status < 400 || accepted.includes(status))
          return { status, body, sentMs, answeredMs: Date.now() };
        throw new Error(`The service refused with ${status}: ${JSON.stringify(body)}`);
      }
      last = typeof answer === 'string' ? answer : `${answer.status} ${JSON.stringify(answer.body)}`;
      await lasting(TRY_AGAIN_MS);
    }
    throw new Error(`No replica did it within ${GIVE_UP_MS} ms; the last one said: ${last}`);
  }

  /** Returns what the replica said, or why it said nothing. */
  private async answerOf(test: request.Test): Promise<Answer | string> {
    try {
      return await test.timeout(ANSWER_WITHIN_MS);
    } catch (error) {
      return String(error);
    }
  }
}
