import { Injectable } from '@nestjs/common';
import { beginAtZero, Metrics } from '../telemetry/metrics.js';

/**
 * Why nothing is connected to. An address that is not public and a name that is not known are one reason: whoever may read
 * the metrics and has a job must not learn which of the two a name is.
 */
const REASONS = ['unreadable', 'scheme', 'port', 'own_service', 'not_public'] as const;
export type RefusalReason = (typeof REASONS)[number];

/** Why a destination is refused: for the owner of the URL, and for the count. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly message: string;
}

const UNKNOWN_HOST_CODES = new Set(['ENOTFOUND', 'ENODATA']);

/** Returns whether an error of a look-up says that there is no such name, which reads like a name that is not public. */
export function isUnknownHost(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && UNKNOWN_HOST_CODES.has(code);
}

/** Counts what the guard refuses. */
@Injectable()
export class OutboundRefusals {
  private readonly refused;

  constructor(metrics: Metrics) {
    this.refused = metrics.counter(
      'carillon_outbound_refused_total',
      'Calls that the outbound guard refused, by reason: unreadable (the URL), scheme, port, own_service, not_public (or not known)',
      ['reason'],
    );
    beginAtZero(
      this.refused,
      REASONS.map((reason) => ({ reason })),
    );
  }

  count(reason: RefusalReason): void {
    this.refused.inc({ reason });
  }
}
