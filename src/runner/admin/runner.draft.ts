import type { LoginKind, RunnerKind } from '../../database/entities/runner.row.js';

/** Who logs in, as a user says it: the secret in clear. */
export interface CredentialsDraft {
  readonly loginKind: LoginKind;
  readonly loginName: string;
  readonly origin: string | null;
  readonly secret: string;
}

/** A new runner as a user describes it. */
export interface NewRunnerDraft {
  readonly name: string;
  readonly kind: RunnerKind;
  readonly api: string;
  readonly spaceId: string;
  readonly appId: string | null;
  readonly caCertificate: string | null;
  readonly credentials: CredentialsDraft;
}

/** What a user changes of a runner: what is not there stays. */
export interface RunnerChange extends Partial<NewRunnerDraft> {
  /** What an answer said of the login, sent back: it may not differ. */
  readonly answered: LoginAnswered;
}

export interface LoginAnswered {
  readonly user?: unknown;
  readonly clientId?: unknown;
  readonly origin?: unknown;
}
