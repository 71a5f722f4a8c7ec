import { parseAddressRange, type AddressRange } from '../core/address-class.js';

/**
 * What the operator permits calls to reach although the guard would refuse it (OUTBOUND_ALLOW). An entry is one
 * of:
 * - `10.0.0.0/8` or `10.1.2.3`: addresses;
 * - `app.internal`: a host name, whatever it resolves to; `*.internal`: every name below it;
 * - `http://app.internal`: the same, and also plain http to it in production; `http://*`: plain http to any
 *   address that may be called.
 *
 * `localhost` also includes every name below it (RFC 6761).
 */
export class AllowList {
  private readonly ranges: AddressRange[] = [];
  private readonly names = new Set<string>();
  private readonly suffixes: string[] = [];
  private readonly plain: AllowList | null;
  private readonly isPlainAnywhere: boolean;

  constructor(entries: readonly string[]) {
    const plain = entries.flatMap((entry) => (/^http:\/\//i.test(entry) ? [hostOf(entry)] : []));
    this.plain = plain.length > 0 ? new AllowList(plain) : null;
    this.isPlainAnywhere = plain.includes('*');
    for (const entry of entries) this.add(hostOf(entry));
  }

  private add(entry: string): void {
    const range = parseAddressRange(entry);
    if (range !== null) this.ranges.push(range);
    else if (entry.startsWith('*.')) this.suffixes.push(entry.slice(1));
    else if (entry !== '*') this.names.add(entry);
    if (entry === 'localhost') this.suffixes.push('.localhost');
  }

  /** Returns whether a host name (lower case, without a trailing dot) may be called whatever it resolves to. */
  hasName(name: string): boolean {
    return this.names.has(name) || this.suffixes.some((suffix) => name.endsWith(suffix));
  }

  /**
   * Returns whether an address may be connected to. With `isNamed`, only an entry for this single address counts,
   * not a range that contains it.
   */
  hasAddress(address: string, isNamed = false): boolean {
    return this.ranges.some((range) => (!isNamed || range.isSingle) && range.contains(address));
  }

  /** Returns whether a host, given as a name or an address, may be called without TLS in production. */
  hasPlain(host: string): boolean {
    if (this.isPlainAnywhere) return true;
    return this.plain !== null && (this.plain.hasName(host) || this.plain.hasAddress(host));
  }
}

function hostOf(entry: string): string {
  return entry
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[./]+$/, '');
}
