import { isIP, type LookupFunction, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { CONFIG, type Config } from '../config/config.js';
import { addressClassOf } from '../core/address-class.js';
import { AllowList } from './outbound-allow-list.js';
import { isRefusedPort } from './outbound-ports.js';
import { DnsResolver, Resolver } from './outbound-resolver.js';

/** The code of every refusal, as `runText` shows it. */
export const REFUSED_CODE = 'OUTBOUND_REFUSED';

/** A connection that the guard does not let happen; the message is for the owner of the URL. */
export class OutboundRefused extends Error {
  readonly code = REFUSED_CODE;
}

/** A URL taken apart once: where its connection goes, what is asked for there, or why it is not called. */
export type ExaminedUrl =
  { readonly refusal: null; readonly origin: string; readonly path: string } | { readonly refusal: string };

interface Destination {
  readonly protocol: string;
  /** As in a URL: an IPv6 address may stand in brackets. */
  readonly hostname: string;
  /** As in a URL: empty for the scheme's own. */
  readonly port: string;
}

const MOST_EXAMINED = 4_096;
const LONGEST_EXAMINED = 2_048;
const LOCALHOST = ['127.0.0.1', '::1'];
const REMEDY = 'An operator of the service can permit it (OUTBOUND_ALLOW).';

/**
 * Decides what this service may connect to: every URL that a tenant or a registry hands us passes here
 * (runs-and-behaviour.md, "Outbound safety"). `refusalOf` is the cheap check of the text; `connect`, and `agent`
 * on top of it, check each new connection at the addresses that it goes to, so that no answer of a name server
 * between check and connect gets round it.
 */
@Injectable()
export class OutboundGuard implements OnApplicationShutdown {
  /** Dispatcher for the rare calls of other modules (token URLs, webhooks, call-backs): small, guarded, no redirects. */
  readonly agent: Dispatcher;
  /** Like dns.lookup, for a connector: hands out checked addresses only, and none if any of them is forbidden. */
  readonly lookup: LookupFunction = (hostname, options, callback) =>
    this.lookUp(hostname, null, options, callback);

  private readonly allowed: AllowList;
  private readonly publicHost: string;
  private readonly publicPort: number;
  private readonly ownPorts = new Set<number>();
  private readonly examined = new Map<string, ExaminedUrl>();
  private readonly connectors = new Map<number | null, buildConnector.connector>();
  private readonly resolver: Resolver;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Optional() resolver?: Resolver,
  ) {
    this.resolver = resolver ?? new DnsResolver();
    this.allowed = new AllowList(config.outboundAllow);
    const publicUrl = new URL(config.publicUrl);
    this.publicHost = nameOf(publicUrl.hostname);
    this.publicPort = portOf(publicUrl);
    if (config.port !== 0) this.ownPorts.add(config.port);
    this.agent = new Agent({
      connect: (options, callback) => void this.connect(options, callback),
      connections: 16,
      keepAliveTimeout: 1_500,
      keepAliveMaxTimeout: 4_000,
      headersTimeout: config.actionTimeoutMs,
      bodyTimeout: config.actionTimeoutMs,
      maxResponseSize: 1_048_576,
    });
  }

  /** Names the port that the service listens on, where it was left to the system (PORT=0). */
  listensOn(port: number): void {
    this.ownPorts.add(port);
    this.examined.clear();
  }

  /** Answers why a URL is not called, or null; looks at its text only, never at the network. */
  refusalOf(url: string): string | null {
    return this.examine(url).refusal;
  }

  /** Like `refusalOf`, with the parts of a URL that may be called; the latest answers are kept. */
  examine(url: string): ExaminedUrl {
    const known = this.examined.get(url);
    if (known !== undefined) return known;
    const result = this.examineAnew(url);
    if (url.length > LONGEST_EXAMINED) return result;
    for (const oldest of this.examined.keys()) {
      if (this.examined.size < MOST_EXAMINED) break;
      this.examined.delete(oldest);
    }
    this.examined.set(url, result);
    return result;
  }

  private examineAnew(text: string): ExaminedUrl {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || url.hostname === '') return { refusal: 'The URL is not a valid http or https URL.' };
    if (url.username !== '' || url.password !== '')
      return { refusal: 'A URL that contains a user name or a password is not called.' };
    const refusal = this.refusalOfDestination(url);
    return refusal === null ? { refusal, origin: url.origin, path: url.pathname + url.search } : { refusal };
  }

  private refusalOfDestination(destination: Destination): string | null {
    const { protocol } = destination;
    const name = nameOf(destination.hostname);
    const port = portOf(destination);
    if (protocol !== 'https:' && protocol !== 'http:') return `Only https is called, not ${protocol}`;
    if (this.config.isProduction) {
      if (protocol === 'http:' && !this.allowed.hasPlain(name)) return 'Only https is called, not http.';
      if (isRefusedPort(port)) return `Port ${port} is not called: it belongs to another kind of service.`;
    }
    if (port === this.publicPort && (name === this.publicHost || name.endsWith(`.${this.publicHost}`)))
      return 'The URL leads to this service itself.';
    if (isIP(name) !== 0) return this.refusalOfAddresses(name, [name], port);
    if (isLocalhost(name)) return this.refusalOfAddresses(name, LOCALHOST, port);
    return null;
  }

  private refusalOfAddresses(host: string, addresses: readonly string[], port: number | null): string | null {
    if (port !== null && this.ownPorts.has(port) && addresses.some((address) => this.isOwn(address)))
      return 'The URL leads to this service itself.';
    if (isIP(host) === 0 && this.allowed.hasName(host)) return null;
    for (const address of addresses) {
      const its = addressClassOf(address);
      if (its !== 'public' && !this.allowed.hasAddress(address)) {
        // Which address a name has is not said: it would show a tenant the inside of our network.
        return isIP(host) === 0
          ? `The host '${host}' has an address that is not public. ${REMEDY}`
          : `The address ${host} is not public (${its}). ${REMEDY}`;
      }
    }
    return null;
  }

  private isOwn(address: string): boolean {
    if (addressClassOf(address) === 'loopback' || address === this.config.host) return true;
    const interfaces = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
    return interfaces.some((entry) => entry.address === address) || /^(0\.|::$)/.test(address);
  }

  /**
   * Undici's connector behind the guard: checks scheme, port and literal addresses, and names through the
   * look-up. Answers the socket while it connects; undefined when it is refused.
   */
  connect(options: buildConnector.Options, callback: buildConnector.Callback): Socket | undefined {
    const refusal = this.refusalOfDestination(options);
    if (refusal !== null) {
      queueMicrotask(() => callback(new OutboundRefused(refusal), null));
      return undefined;
    }
    const port = portOf(options);
    const connector = this.connectorFor(this.ownPorts.has(port) ? port : null);
    // The connector's type says void; it answers the socket that it opens.
    return connector(options, callback) as unknown as Socket;
  }

  /** One connector for each of our own ports, whose addresses matter, and one for all others. */
  private connectorFor(ownPort: number | null): buildConnector.connector {
    const known = this.connectors.get(ownPort);
    if (known !== undefined) return known;
    const connector = buildConnector({
      timeout: this.config.actionTimeoutMs,
      lookup: (
        hostname: string,
        options: Parameters<LookupFunction>[1],
        callback: Parameters<LookupFunction>[2],
      ) => this.lookUp(hostname, ownPort, options, callback),
      // A silent address is given up for the next one after this time; the last one has all that is left.
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 1_500,
      maxCachedSessions: 1_000,
    } as buildConnector.BuildOptions); // a union in the types: it lacks `lookup` beside TLS options
    this.connectors.set(ownPort, connector);
    return connector;
  }

  private lookUp(
    hostname: string,
    port: number | null,
    options: Parameters<LookupFunction>[1],
    callback: Parameters<LookupFunction>[2],
  ): void {
    const name = nameOf(hostname);
    const asked = isLocalhost(name) ? Promise.resolve(LOCALHOST) : this.resolver.resolve(name);
    asked.then(
      (addresses) => {
        const first = addresses[0];
        if (first === undefined) return callback(notFound(name), '', 0);
        const unread = addresses.some((address) => isIP(address) === 0);
        const refusal = unread
          ? `The host '${name}' has no address.`
          : this.refusalOfAddresses(name, addresses, port);
        if (refusal !== null) return callback(new OutboundRefused(refusal), '', 0);
        if (options.all)
          callback(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          );
        else callback(null, first, isIP(first));
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

/** Answers a host as it is compared: lower case, without brackets, without the dot of the root. */
function nameOf(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.+$/, '');
}

function portOf(destination: { readonly protocol: string; readonly port: string }): number {
  return destination.port === '' ? (destination.protocol === 'https:' ? 443 : 80) : Number(destination.port);
}

function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function notFound(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`The host '${name}' has no address.`), { code: 'ENOTFOUND' });
}
