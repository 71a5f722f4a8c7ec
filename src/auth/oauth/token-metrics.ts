import { Injectable } from '@nestjs/common';
import { problemOf } from '../../http/protocol/problem.js';
import { beginAtZero, Metrics } from '../../telemetry/metrics.js';
import { CLIENT_CREDENTIALS, JWT_BEARER } from './grant-types.js';

const GRANTS = ['client_credentials', 'jwt_bearer', 'other'] as const;
type Grant = (typeof GRANTS)[number];
const RESULTS = ['ok', 'refused', 'limited', 'failed'] as const;
type Result = (typeof RESULTS)[number];

const GRANT_OF: Readonly<Record<string, Grant>> = {
  [CLIENT_CREDENTIALS]: 'client_credentials',
  [JWT_BEARER]: 'jwt_bearer',
};

/** Counts the tokens that are asked for at the token endpoint. */
@Injectable()
export class TokenMetrics {
  private readonly tokens;

  constructor(metrics: Metrics) {
    this.tokens = metrics.counter(
      'carillon_tokens_total',
      'Tokens asked for by grant (other: none that can be read) and result: ok, refused, limited (too many failed attempts), failed (a fault of the service)',
      ['grant', 'result'],
    );
    beginAtZero(
      this.tokens,
      GRANTS.flatMap((grant) => RESULTS.map((result) => ({ grant, result }))),
    );
  }

  /** Does what answers a request, which tells the grant that is asked for once it is known, and counts its end. */
  async count<T>(answer: (asksFor: (grantType: string) => void) => Promise<T>): Promise<T> {
    let grant: Grant = 'other';
    const asksFor = (grantType: string) => (grant = GRANT_OF[grantType] ?? 'other');
    try {
      const answered = await answer(asksFor);
      this.tokens.inc({ grant, result: 'ok' });
      return answered;
    } catch (error) {
      this.tokens.inc({ grant, result: resultOf(error) });
      throw error;
    }
  }
}

function resultOf(error: unknown): Result {
  const { status } = problemOf(error);
  if (status === 429) return 'limited';
  return status < 500 ? 'refused' : 'failed';
}
