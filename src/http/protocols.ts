import {
  oauthEnvelope,
  operationEnvelope,
  problemDetails,
  schedulerEnvelope,
  type Envelope,
} from './envelopes.js';

/** One of the protocols that the service speaks: where it is spoken, how it says no, and what it takes. */
export interface Protocol {
  readonly name: 'SAP' | 'HMC' | 'OAuth' | 'admin' | 'monitoring' | 'other';
  /** What the paths begin with. */
  readonly paths: readonly string[];
  readonly envelope: Envelope;
  /** Whether bodies may be forms (application/x-www-form-urlencoded) beside JSON. Such a protocol answers a wrong type itself. */
  readonly takesForms: boolean;
  /** The most that a body may hold (rest-api.md, "Conventions"). */
  readonly mostBytes: number;
  /** Paths whose route takes more than that, and reads the body itself once the caller is let in. */
  readonly readByRoute: readonly string[];
  /** Whether requests count against the limits (rest-api.md, "Rate limits"). */
  readonly isLimited: boolean;
}

const USUAL = {
  envelope: schedulerEnvelope,
  takesForms: false,
  mostBytes: 102_400,
  readByRoute: [],
  isLimited: true,
} as const;

/** What no other row names: the subscription hooks, the API document. It speaks as the scheduler does. */
const OTHER: Protocol = { ...USUAL, name: 'other', paths: ['/'] };

/** Every protocol, one row each. */
export const PROTOCOLS: readonly Protocol[] = [
  { ...USUAL, name: 'SAP', paths: ['/scheduler/'], readByRoute: ['/scheduler/import'] },
  { ...USUAL, name: 'HMC', paths: ['/api/'], envelope: operationEnvelope },
  { ...USUAL, name: 'OAuth', paths: ['/oauth/'], envelope: oauthEnvelope, takesForms: true },
  { ...USUAL, name: 'admin', paths: ['/admin/'], envelope: problemDetails },
  // What watches over the service must be answered when it is busy, too.
  { ...USUAL, name: 'monitoring', paths: ['/health/', '/metrics/'], isLimited: false },
  OTHER,
];

/** Returns the protocol that is spoken at a path. */
export function protocolOf(path: string): Protocol {
  const whole = `${path}/`;
  return PROTOCOLS.find(({ paths }) => paths.some((start) => whole.startsWith(start))) ?? OTHER;
}
