import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import ipaddr from 'ipaddr.js';
import { TLSSocket } from 'node:tls';
import { CONFIG, type Config } from '../../config/config.js';
import { thumbprintOf } from '../../http/tls/self-signed.js';

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/**
 * Finds the client certificate of a request (RFC 8705): of its own TLS connection, or in the header
 * `x-forwarded-client-cert` of a trusted proxy. The TLS handshake, here or at the proxy, has proven its key.
 */
@Injectable()
export class ClientCertificates {
  private readonly proxies: readonly Network[];

  constructor(@Inject(CONFIG) config: Config) {
    this.proxies = config.trustedProxies.flatMap(networksOf);
  }

  /** Returns the SHA-256 thumbprint of the client's certificate, null where it shows none. */
  thumbprint(request: Request): string | null {
    const forwarded = request.headers['x-forwarded-client-cert'];
    if (forwarded !== undefined && this.isTrusted(request.socket.remoteAddress)) {
      return forwardedThumbprint(String(forwarded));
    }
    if (!(request.socket instanceof TLSSocket)) return null;
    // Without a certificate of the client Node.js answers an empty object.
    const { raw } = request.socket.getPeerCertificate() as { raw?: Buffer };
    return raw ? thumbprintOf(raw) : null;
  }

  private isTrusted(address: string | undefined): boolean {
    if (address === undefined || !ipaddr.isValid(address)) return false;
    const client = ipaddr.process(address);
    return this.proxies.some((network) => network[0].kind() === client.kind() && client.match(network));
  }
}

/**
 * Returns the thumbprint in a forwarded header, in the forms that proxies send: Envoy's `Hash=...;Cert="..."`
 * (the last one, which the nearest proxy wrote), a PEM that is percent-encoded, or bare base64 of DER or PEM.
 */
export function forwardedThumbprint(header: string): string | null {
  const last = lastElement(header).trim();
  const hash = /(?:^|;)Hash=([0-9a-f]{64})(?:;|$)/i.exec(last)?.[1];
  if (hash !== undefined) return hash.toLowerCase();
  const certificate = /(?:^|;)Cert="([^"]*)"/i.exec(last)?.[1] ?? last;
  try {
    const text = decodeURIComponent(certificate);
    return thumbprintOf(text.startsWith('-----BEGIN') ? text : Buffer.from(text, 'base64'));
  } catch {
    return null;
  }
}

/** Returns what follows the last comma that is not within quotes. It is read once, from its end: anybody may send commas. */
function lastElement(header: string): string {
  let isQuoted = false;
  for (let at = header.length - 1; at >= 0; at--) {
    if (header[at] === '"') isQuoted = !isQuoted;
    else if (header[at] === ',' && !isQuoted) return header.slice(at + 1);
  }
  return header;
}

/** The names that TRUSTED_PROXIES may have beside addresses, as Express understands them (proxy-addr). */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.1/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

function networksOf(text: string): Network[] {
  return (NAMED[text] ?? [text]).map(networkOf);
}

function networkOf(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
