import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What an address is for. Only `public` addresses may be called without the operator's permission. */
export type AddressClass =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'carrier-grade NAT'
  | 'multicast'
  | 'cloud metadata'
  | 'reserved';

/** The addresses of cloud metadata services that are not already link-local. */
const METADATA = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'fd00:ec2::254',
  'fd20:ce::254',
]);

const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');
const IPV4_COMPATIBLE = ipaddr.parseCIDR('::/96');

const CLASS_OF_RANGE: Readonly<Record<string, AddressClass>> = {
  unicast: 'public',
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'private',
  linkLocal: 'link-local',
  carrierGradeNat: 'carrier-grade NAT',
  multicast: 'multicast',
};

/**
 * Returns the class of an address given as text (IPv4 in dotted form, or IPv6 without brackets). An IPv6 address
 * that contains an IPv4 address (mapped, compatible, translated, NAT64, 6to4, Teredo) has the class of that IPv4
 * address. Text that cannot be read, and addresses that the registries have not assigned, are `reserved`.
 */
export function addressClassOf(text: string): AddressClass {
  const address = parsed(text);
  return address === null ? 'reserved' : classOf(address);
}

function classOf(address: Address): AddressClass {
  if (METADATA.has(address.toString())) return 'cloud metadata';
  if (address.kind() === 'ipv4') return CLASS_OF_RANGE[address.range()] ?? 'reserved';
  const carried = carriedBy(address as ipaddr.IPv6); // kind() has checked it, but does not narrow the type
  for (const inner of carried) {
    const its = classOf(inner);
    if (its !== 'public') return its;
  }
  if (carried.length > 0) return 'public';
  if (!address.match(GLOBAL_UNICAST) && address.range() === 'unicast') return 'reserved';
  return CLASS_OF_RANGE[address.range()] ?? 'reserved';
}

/** Returns the IPv4 addresses that an IPv6 address contains: the ones that may finally receive a packet sent to it. */
function carriedBy(address: ipaddr.IPv6): ipaddr.IPv4[] {
  const part = address.parts;
  const at = (index: number, flip = 0): ipaddr.IPv4 => {
    const high = (part[index] ?? 0) ^ flip;
    const low = (part[index + 1] ?? 0) ^ flip;
    return new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]);
  };
  switch (address.range()) {
    case 'ipv4Mapped':
    case 'rfc6145':
      return [at(6)];
    case 'rfc6052': // 64:ff9b:1::/48 is for local use: never public, so no need to decode it
      return address.match(NAT64) ? [at(6)] : [];
    case '6to4':
      return [at(1)];
    case 'teredo': // the relay's server, and the client, whose bits are inverted
      return [at(2), at(6, 0xffff)];
    case 'unicast':
      return address.match(IPV4_COMPATIBLE) ? [at(6)] : [];
    default:
      return [];
  }
}

/**
 * Returns the address that a text contains. Shorthand such as `127.1` is left to the URL parser: here it is not
 * an address.
 */
function parsed(text: string): Address | null {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text) ? ipaddr.parse(text) : null;
}

/** A set of addresses that the operator has configured. */
export interface AddressRange {
  /** Whether the operator wrote a single address and not a range. */
  readonly isSingle: boolean;
  /** Returns whether the range contains an address, or the IPv4 address that it contains. */
  contains(text: string): boolean;
}

/**
 * Returns the range that a text such as `10.0.0.0/8`, `fd00::/8` or a single address stands for; null for any
 * other text.
 */
export function parseAddressRange(text: string): AddressRange | null {
  const single = parsed(text.replace(/^\[(.*)\]$/, '$1'));
  const isRange = ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text);
  if (single === null && !isRange) return null;
  const [base, bits] =
    single === null ? ipaddr.parseCIDR(text) : [single, single.kind() === 'ipv4' ? 32 : 128];
  const holds = (address: Address) => address.kind() === base.kind() && address.match(base, bits);
  return {
    isSingle: bits === (base.kind() === 'ipv4' ? 32 : 128),
    contains(candidate) {
      const address = parsed(candidate);
      if (address === null) return false;
      if (holds(address)) return true;
      const carried = address.kind() === 'ipv6' ? carriedBy(address as ipaddr.IPv6) : []; // as in addressClassOf
      return carried.length > 0 && carried.every(holds);
    },
  };
}
