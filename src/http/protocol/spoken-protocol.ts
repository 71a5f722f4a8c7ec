import type { IncomingMessage } from 'node:http';
import { operationEnvelope, schedulerEnvelope, type Envelope } from './envelopes.js';
import { protocolOf } from './protocols.js';

/** The part of a request that decides in which form it is refused. */
export type Spoken = Pick<IncomingMessage, 'headers'>;

/** A media range that means the HMC: `application/vnd.hmc+json`, one of its vendor's, or `application/json;profile=hmc`. */
const HMC_RANGE = /(^|[/.+="-])(hmc|vnd\.ibm-z-[a-z-]+)($|[.+"-])/;
const QUALITY = /^q=([01](?:\.\d{0,3})?)$/;

/**
 * Returns the form of the refusals of a request. Where the path has the form of the scheduler, a caller that names the
 * HMC in `Accept` gets the form of `/api` instead (async-operations.md, "Errors"); those of `/oauth`, `/admin`
 * and `/dashboard/api` do not depend on `Accept`.
 */
export function envelopeOf(path: string, { headers }: Spoken): Envelope {
  const { envelope } = protocolOf(path);
  return envelope === schedulerEnvelope && namesHmc(headers.accept) ? operationEnvelope : envelope;
}

/**
 * Returns whether a value of `Accept` names the HMC and prefers nothing to it: its best range of the HMC has a quality
 * above 0, and no lower than the best one that names `application/json` alone (RFC 9110, section 12.5.1). Wildcards name
 * nothing, and are not counted against it.
 */
export function namesHmc(accept: string | undefined): boolean {
  let [hmc, json] = [0, 0];
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const quality = parameters.map((each) => QUALITY.exec(each)?.[1]).find((each) => each !== undefined);
    const value = quality === undefined ? 1 : Number(quality);
    if ([type, ...parameters].some((part) => HMC_RANGE.test(part))) hmc = Math.max(hmc, value);
    else if (type === 'application/json') json = Math.max(json, value);
  }
  return hmc > 0 && hmc >= json;
}
