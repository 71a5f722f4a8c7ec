import { isIP, type LookupFunction, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { CONFIG, type Config } from '../config/config.js';
import { addressClassOf, parseAddressRange } from '../core/address-class.js';
import { AllowList } from './outbound-allow-list.js';
import { isLocalhost, LOCALHOST, nameOf, portOf, type Destination } from './outbound-destination.js';
import { isRefusedPort } from './outbound-ports.js';
import { DnsResolver, Resolver } from './outbound-resolver.js';

/** The code of every refusal, as `runText` shows it. */
export const REFUSED_CODE = 'OUTBOUND_REFUSED';

/** A connection that the guard does not let happen; the message is for the owner of the URL. */
export class OutboundRefused extends Error {
  readonly code = REFUSED_CODE;
}

/** A URL taken apart once: where its connection goes and what is asked for there, or why it is not called. */
export type ExaminedUrl =
  { readonly refusal: null; readonly origin: string; readonly path: string } | { readonly refusal: string };

type LookupOptions = Parameters<LookupFunction>[1];
type LookupCallback = Parameters<LookupFunction>[2];

const MOST_EXAMINED = 4_096;
const LONGEST_EXAMINED = 2_048;
const OWN = 'The URL leads to this service itself.';
const REMEDY = 'An operator of the service can permit it (OUTBOUND_ALLOW).';

/**
 * Decides what this service may connect to: every URL that a tenant or a registry hands us passes here
 * (runs-and-behaviour.md, "Outbound safety"). `examine` is the cheap check of the text; `connect`, and `agent`
 * on top of it, check each new connection at the addresses that it goes to, so that no answer of a name server
 * between check and connect gets round it.
 */
@Injectable()
export class OutboundGuard implements OnApplicationShutdown {
  /** For the rare calls that the service makes for itself: guarded, follows no redirect. */
  readonly agent: Dispatcher;

  private readonly allowed: AllowList;
  private readonly publicHost: string;
  private readonly publicPort: number;
  /** The port that the service listens on; null where the system chooses it. */
  private readonly ownPort: number | null;
  private readonly examined = new Map<string, ExaminedUrl>();
  private readonly connectors = new Map<number | null, buildConnector.connector>();
  private readonly resolver: Resolver;

  /** `resolver` is the seam of tests; left out, names are asked over the network. */
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Optional() resolver?: Resolver,
  ) {
    this.resolver = resolver ?? new DnsResolver();
    this.allowed = new AllowList(config.outboundAllow);
    const publicUrl = new URL(config.publicUrl);
    this.publicHost = nameOf(publicUrl.hostname);
    this.publicPort = portOf(publicUrl);
    this.ownPort = config.port === 0 ? null : config.port;
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

  /** Returns why a URL is not called, or where its connection goes; looks at its text only, never at the network. The latest results are kept. */
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
    if (!URL.canParse(text)) return { refusal: 'The URL cannot be read.' };
    const url = new URL(text);
    if (url.username !== '' || url.password !== '')
      return { refusal: 'A URL that contains a user name or a password is not called.' };
    const refusal = this.refusalOfDestination(url);
    return refusal === null ? { refusal, origin: url.origin, path: url.pathname + url.search } : { refusal };
  }

  private refusalOfDestination(destination: Destination): string | null {
    const { protocol } = destination;
    const name = nameOf(destination.hostname);
    const port = portOf(destination);
    if (protocol !== 'https:' && protocol !== 'http:') return `Only https is called, not '${protocol}'.`;
    if (name === '') return 'The URL names no host.';
    if (this.config.isProduction) {
      if (protocol === 'http:' && !this.allowed.hasPlain(name)) return "Only https is called, not 'http:'.";
      if (isRefusedPort(port)) return `Port ${port} is not called: it belongs to another kind of service.`;
    }
    if (port === this.publicPort && (name === this.publicHost || name.endsWith(`.${this.publicHost}`)))
      return OWN; // tenants' subdomains stand in front of the public host
    if (isIP(name) !== 0) return this.refusalOfAddresses(name, [name], port);
    if (isLocalhost(name)) return this.refusalOfAddresses(name, this.localhost(name), port);
    return null;
  }

  private refusalOfAddresses(host: string, addresses: readonly string[], port: number | null): string | null {
    if (port !== null && port === this.ownPort && addresses.some((address) => this.isOwn(address)))
      return OWN;
    if (this.allowed.hasName(host)) return null;
    for (const address of addresses) {
      const its = addressClassOf(address);
      if (its === 'public' || this.allowed.hasAddress(address, its === 'cloud metadata')) continue;
      // Which address a name has is not said: it would show a tenant the inside of the network.
      return isIP(host) === 0
        ? `The host '${host}' has an address that is not public. ${REMEDY}`
        : `The address ${host} is not public (${its}). ${REMEDY}`;
    }
    return null;
  }

  /** Answers what `localhost` stands for: the loopback addresses that are permitted, or both. */
  private localhost(name: string): readonly string[] {
    if (this.allowed.hasName(name)) return LOCALHOST;
    const permitted = LOCALHOST.filter((address) => this.allowed.hasAddress(address));
    return permitted.length > 0 ? permitted : LOCALHOST;
  }

  /** Answers whether an address, in whatever notation, is one of this machine. */
  private isOwn(address: string): boolean {
    if (addressClassOf(address) === 'loopback') return true;
    const interfaces = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
    const own = [...interfaces.map((entry) => entry.address), this.config.host, '0.0.0.0/8', '::'];
    return own.some((text) => parseAddressRange(text)?.contains(address) ?? false);
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
    const connector = this.connectorFor(port === this.ownPort ? port : null);
    // Its type says void; it answers the socket that it opens.
    return connector(options, callback) as unknown as Socket;
  }

  /** One connector for our own port, where the address decides, and one for all others. */
  private connectorFor(ownPort: number | null): buildConnector.connector {
    const known = this.connectors.get(ownPort);
    if (known !== undefined) return known;
    const options = {
      timeout: this.config.actionTimeoutMs,
      lookup: (hostname: string, lookupOptions: LookupOptions, callback: LookupCallback) =>
        this.lookUp(hostname, ownPort, lookupOptions, callback),
      // A silent address is given up for the next one after this time; the last one has all that is left.
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 1_500,
      maxCachedSessions: 1_000,
    };
    const connector = buildConnector(options);
    this.connectors.set(ownPort, connector);
    return connector;
  }

  private lookUp(
    hostname: string,
    port: number | null,
    options: LookupOptions,
    callback: LookupCallback,
  ): void {
    this.addressesOf(hostname, port).then(
      (addresses) => {
        const entries = addresses.map((address) => ({ address, family: isIP(address) }));
        if (options.all) callback(null, entries);
        else callback(null, entries[0]?.address ?? '', entries[0]?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  }

  /**
   * Returns the addresses that a host may be connected at: all that it has. Throws OutboundRefused where any of them is
   * forbidden, and the resolver's error where it has none.
   */
  async addressesOf(hostname: string, port: number | null = null): Promise<readonly string[]> {
    const name = nameOf(hostname);
    const addresses = isLocalhost(name)
      ? this.localhost(name)
      : isIP(name) !== 0
        ? [name]
        : await this.resolver.resolve(name);
    if (addresses.length === 0)
      throw Object.assign(new Error(`The host '${name}' has no address.`), { code: 'ENOTFOUND' });
    const refusal = this.refusalOfAddresses(name, addresses, port);
    if (refusal !== null) throw new OutboundRefused(refusal);
    return addresses;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.close();
  }
}
