/** The destination of a connection, with the field names of a URL. */
export interface Destination {
  readonly protocol: string;
  /** An IPv6 address may be written in brackets. */
  readonly hostname: string;
  /** Empty for the default port of the scheme. */
  readonly port: string;
}

/** Both loopback addresses: the meaning of `localhost` without a look-up (RFC 6761). */
export const LOCALHOST: readonly string[] = ['127.0.0.1', '::1'];

/** Returns a host in the form in which it is compared: lower case, without brackets, without the trailing dot. */
export function nameOf(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.+$/, '');
}

/** Returns the port. A URL leaves it out where it is the default port of the scheme. */
export function portOf(destination: Pick<Destination, 'protocol' | 'port'>): number {
  if (destination.port !== '') return Number(destination.port);
  return destination.protocol === 'https:' ? 443 : 80;
}

/** Returns whether a name is `localhost` or a name below it. */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}
