import {
  oauthEnvelope,
  operationEnvelope,
  problemDetails,
  schedulerEnvelope,
  type Envelope,
} from './envelopes.js';

/** A protocol of the service: everything about a request that its path alone decides. */
export interface Protocol {
  readonly name: 'SAP' | 'HMC' | 'OAuth' | 'admin' | 'dashboard' | 'monitoring' | 'other';
  /** What its paths begin with, in lower case. */
  readonly paths: readonly string[];
  /** Makes the bodies of its refusals. */
  readonly envelope: Envelope;
  /** True where bodies may be forms as well as JSON. Its routes then refuse other content types themselves. */
  readonly takesForms: boolean;
  /** The largest body in bytes (rest-api.md, "Conventions"). */
  readonly mostBytes: number;
  /** Paths, in lower case, whose routes accept larger bodies. They read the body themselves, after the caller is authorized. */
  readonly readByRoute: readonly string[];
  /** True where requests count against the limits (rest-api.md, "Rate limits"). */
  readonly isLimited: boolean;
}

const USUAL = {
  envelope: schedulerEnvelope,
  takesForms: false,
  mostBytes: 102_400,
  readByRoute: [],
  isLimited: true,
} as const;

/** All paths that no other row names: subscription hooks, the API document, unknown paths. Refusals are those of SAP. */
const OTHER: Protocol = { ...USUAL, name: 'other', paths: ['/'] };

/** Every protocol, one row each. */
export const PROTOCOLS: readonly Protocol[] = [
  { ...USUAL, name: 'SAP', paths: ['/scheduler/'], readByRoute: ['/scheduler/import'] },
  { ...USUAL, name: 'HMC', paths: ['/api/'], envelope: operationEnvelope },
  { ...USUAL, name: 'OAuth', paths: ['/oauth/'], envelope: oauthEnvelope, takesForms: true },
  { ...USUAL, name: 'admin', paths: ['/admin/'], envelope: problemDetails },
  { ...USUAL, name: 'dashboard', paths: ['/dashboard/api/'], envelope: problemDetails },
  // Monitoring needs answers from a busy service too.
  { ...USUAL, name: 'monitoring', paths: ['/health/', '/metrics/'], isLimited: false },
  OTHER,
];

/** Returns the protocol of a path. */
export function protocolOf(path: string): Protocol {
  const whole = `${asRouted(path)}/`;
  return PROTOCOLS.find(({ paths }) => paths.some((start) => whole.startsWith(start))) ?? OTHER;
}

/** Returns whether the route of a path reads the body itself. */
export function isReadByRoute(path: string): boolean {
  return protocolOf(path).readByRoute.includes(asRouted(path));
}

/** Returns a path as it is compared: routes ignore case and one slash at the end, so what else depends on a path does too. */
function asRouted(path: string): string {
  return path.toLowerCase().replace(/\/$/, '');
}
