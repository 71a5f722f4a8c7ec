/** Where a connection goes, in the words of a URL. */
export interface Destination {
  readonly protocol: string;
  /** An IPv6 address may stand in brackets. */
  readonly hostname: string;
  /** Empty for the scheme's own. */
  readonly port: string;
}

/** Both loopback addresses: what `localhost` means without asking anybody (RFC 6761). */
export const LOCALHOST: readonly string[] = ['127.0.0.1', '::1'];

/** Returns a host as it is compared: lower case, without brackets, without the dot of the root. */
export function nameOf(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.+$/, '');
}

/** Returns the port, which a URL leaves out where it is the scheme's own. */
export function portOf(destination: Pick<Destination, 'protocol' | 'port'>): number {
  if (destination.port !== '') return Number(destination.port);
  return destination.protocol === 'https:' ? 443 : 80;
}

/** Returns whether a name is `localhost` or below it. */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}
