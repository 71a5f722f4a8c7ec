import type { LoginKind } from '../../database/entities/runner.row.js';

/** Who logs in. */
export interface CloudLogin {
  readonly kind: LoginKind;
  /** The user, or the client id. */
  readonly name: string;
  /** The identity provider of a user; null for that of the platform. */
  readonly origin: string | null;
  /** Returns the password or the client secret, which is kept sealed until it is sent. Throws where it cannot be opened. */
  secret(): string;
}

/** A space of a Cloud Foundry foundation, and the way to it. */
export interface CloudTarget {
  /** URL of the Cloud Controller, without a slash at its end. */
  readonly api: string;
  readonly spaceId: string;
  /** The application of tasks that name none; null where each has to. */
  readonly appId: string | null;
  readonly caCertificate: string | null;
  readonly login: CloudLogin;
}
