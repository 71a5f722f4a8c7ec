/** The circuit of an endpoint that is away, or comes back; times are `YYYY-MM-DD HH:mm:ss` in UTC. */
export interface Circuit {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly tenantId: string;
  /** `closed`: calls have failed, and it is called all the same. */
  readonly state: 'closed' | 'open' | 'releasing';
  /** So many in a row. */
  readonly failures: number;
  readonly since: string;
  /** Null while a probe is under way. */
  readonly nextProbeAt: string | null;
  readonly waiting: number;
  /** How long a run waits at most; null as long as none has waited. */
  readonly holdFor: string | null;
}

/** `GET /scheduler/breakers`: those that are not closed come first. */
export interface Circuits {
  readonly results: readonly Circuit[];
}

/** So many are told at most. */
export const MOST_CIRCUITS = 100;
export const BREAKERS = `/scheduler/breakers?page_size=${MOST_CIRCUITS}`;
/** That of the endpoint of a job. */
export const breakerRoute = (jobId: number) => `/scheduler/breakers?jobId=${jobId}`;
