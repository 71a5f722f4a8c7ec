import { isIP } from 'node:net';
import { readConfig } from '../../src/config/config.js';
import { nameOf } from '../../src/outbound/outbound-destination.js';
import { OutboundGuard } from '../../src/outbound/outbound-guard.js';
import { Resolver } from '../../src/outbound/outbound-resolver.js';

/** Returns from a table; the answers to one name follow each other, the last one stays. */
class Table extends Resolver {
  readonly asked: string[] = [];
  constructor(private readonly answers: Record<string, string[][]>) {
    super();
  }
  resolve(hostname: string): Promise<readonly string[]> {
    this.asked.push(hostname);
    const queue = this.answers[hostname];
    const answer = queue !== undefined && queue.length > 1 ? queue.shift() : queue?.[0];
    if (answer !== undefined) return Promise.resolve(answer);
    return Promise.reject(Object.assign(new Error(`queryA ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }));
  }
}

const PRODUCTION = {
  NODE_ENV: 'production',
  KEY_ENCRYPTION_SECRET: 'sixteen characters',
  PUBLIC_URL: 'https://jobs.example.com',
};

/** A guard whose names resolve by a table, and what its look-up says of a name: addresses, or the code of an error. */
export function guarding(env: Record<string, string> = {}, answers: Record<string, string[][]> = {}) {
  const resolver = new Table(answers);
  const config = readConfig(env);
  const guard = new OutboundGuard(config, resolver);
  const lookUp = (name: string) =>
    guard.permittedAddresses(nameOf(name), null).then(
      (addresses) => addresses.map((address) => ({ address, family: isIP(address) })),
      (error: NodeJS.ErrnoException) => error.code,
    );
  return { guard, resolver, config, lookUp };
}

/** The same in production. */
export const inProduction = (env: Record<string, string> = {}, answers: Record<string, string[][]> = {}) =>
  guarding({ ...PRODUCTION, ...env }, answers);
