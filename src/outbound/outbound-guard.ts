import { isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { SecureContext } from 'node:tls';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { buildConnector } from 'undici';
import { CONFIG, type Config } from '../config/config.js';
import { BoundedMap } from '../core/bounded-map.js';
import { REFUSED_CODE } from '../core/action-outcome.js';
import { addressClassOf, parseAddressRange } from '../core/address-class.js';
import { AllowList } from './outbound-allow-list.js';
import { isLocalhost, LOCALHOST, nameOf, portOf, type Destination } from './outbound-destination.js';
import { isRefusedPort } from './outbound-ports.js';
import { isUnknownHost, OutboundRefusals, type Refusal, type RefusalReason } from './outbound-refusals.js';
import { DnsResolver, Resolver } from './outbound-resolver.js';
import type { Asker } from './outbound-system-lookups.js';

/** The error for a connection that the guard refuses; the message is for the owner of the URL. */
export class OutboundRefused extends Error {
  readonly code = REFUSED_CODE;
}

/** The parsed form of a URL: its origin and path, or the reason why it is not called. */
export type ExaminedUrl =
  | { readonly refusal: null; readonly origin: string; readonly path: string }
  | { readonly refusal: string; readonly reason: RefusalReason };

/** Options of a connector that differ; `secureContext` says which certificates are accepted, undefined for the usual ones. */
interface ConnectorOptions {
  readonly timeout: number;
  readonly secureContext?: SecureContext;
}

interface Connectors {
  readonly elsewhere: buildConnector.connector;
  /** For connections to the port of this service, the address decides whether they lead to it. */
  readonly onOwnPort: buildConnector.connector;
}

const MOST_EXAMINED = 4_096;
const LONGEST_EXAMINED = 2_048;
const OWN: Refusal = { reason: 'own_service', message: 'The URL leads to this service itself.' };
const REMEDY = 'An operator of the service can permit it (OUTBOUND_ALLOW).';

/**
 * What a tenant reads of a name that does not exist, and of one that leads to an address that is not public: it must not
 * learn which of the two it is.
 */
export const NOT_PUBLIC_HOST = `The host of the URL is not known, or has an address that is not public. ${REMEDY}`;

/**
 * Decides what this service may connect to: every URL that comes from a tenant or a registry passes through here
 * (runs-and-behaviour.md, "Outbound safety"). `examine` is the cheap check of the text. `connect` checks each new
 * connection at the addresses that it goes to, so that a name server cannot avoid the check by changing its
 * answer between check and connect. `connectTrusted` is for destinations that the operator configured.
 */
@Injectable()
export class OutboundGuard {
  private readonly allowed: AllowList;
  private readonly publicHost: string;
  private readonly publicPort: number;
  /** The port on which the service listens; null where the system chooses it. */
  private readonly ownPort: number | null;
  private readonly examined = new BoundedMap<ExaminedUrl>(MOST_EXAMINED);
  private readonly resolver: Resolver;
  /**
   * The tenancy for which a connection is being opened, for the look-up of its name, which begins before `connect`
   * returns. An AsyncLocalStorage would make the runtime follow every promise of the process, a third more CPU time a run.
   */
  private asker: Asker = null;
  private readonly usual: Connectors;
  private readonly trusted: buildConnector.connector;

  /** `resolver` is for tests; without it, names are resolved over the network. Without `refusals` nothing is counted. */
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Optional() resolver?: Resolver,
    @Optional() private readonly refusals?: OutboundRefusals,
  ) {
    this.resolver = resolver ?? new DnsResolver();
    this.allowed = new AllowList(config.outboundAllow);
    const publicUrl = new URL(config.publicUrl);
    this.publicHost = nameOf(publicUrl.hostname);
    this.publicPort = portOf(publicUrl);
    this.ownPort = config.port === 0 ? null : config.port;
    const { actionTimeoutMs } = config;
    this.usual = this.connectors();
    this.trusted = connectorOver((name) => this.addressesOf(name, LOCALHOST), { timeout: actionTimeoutMs });
  }

  /**
   * Returns the parts of a URL that may be called, or the reason why it is not called. Looks only at the text,
   * never at the network. The latest results are cached.
   */
  examine(url: string): ExaminedUrl {
    const known = this.examined.get(url);
    const result = known ?? this.examineAnew(url);
    if (known === null && url.length <= LONGEST_EXAMINED) this.examined.set(url, result);
    if (result.refusal !== null) this.refusals?.count(result.reason);
    return result;
  }

  /**
   * Returns why a URL is never called because of its scheme, null where it may be. What is stored to be called later
   * is asked here first: its owner learns at once what every call would say.
   */
  refusalOfScheme(destination: Pick<Destination, 'protocol' | 'hostname'>): string | null {
    const { protocol } = destination;
    const name = nameOf(destination.hostname);
    if (protocol !== 'https:' && protocol !== 'http:') return `Only https is called, not '${protocol}'.`;
    if (protocol === 'https:' || !this.config.isProduction || this.allowed.hasPlain(name)) return null;
    return `Only https is called, not 'http:'. An operator of the service can permit plain http to this host (OUTBOUND_ALLOW=http://${name}).`;
  }

  private examineAnew(text: string): ExaminedUrl {
    if (!URL.canParse(text)) return unreadable('The URL cannot be read.');
    const url = new URL(text);
    if (url.username !== '' || url.password !== '')
      return unreadable('A URL that contains a user name or a password is not called.');
    const refusal = this.refusalOfDestination(url);
    if (refusal !== null) return { refusal: refusal.message, reason: refusal.reason };
    return { refusal, origin: url.origin, path: url.pathname + url.search };
  }

  private refusalOfDestination(destination: Destination): Refusal | null {
    const name = nameOf(destination.hostname);
    const port = portOf(destination);
    const refusal = this.refusalOfScheme(destination);
    if (refusal !== null) return { reason: 'scheme', message: refusal };
    if (name === '') return { reason: 'unreadable', message: 'The URL names no host.' };
    if (this.config.isProduction && isRefusedPort(port))
      return {
        reason: 'port',
        message: `Port ${port} is not called: it belongs to another kind of service.`,
      };
    if (port === this.publicPort && (name === this.publicHost || name.endsWith(`.${this.publicHost}`)))
      return OWN; // tenants' subdomains come before the public host
    if (isIP(name) !== 0) return this.refusalOfAddresses(name, [name], port);
    if (isLocalhost(name)) return this.refusalOfAddresses(name, this.localhost(name), port);
    return null;
  }

  private refusalOfAddresses(
    host: string,
    addresses: readonly string[],
    port: number | null,
  ): Refusal | null {
    if (port !== null && port === this.ownPort && addresses.some((address) => this.isOwn(address)))
      return OWN;
    if (this.allowed.hasName(host)) return null;
    for (const address of addresses) {
      const its = addressClassOf(address);
      if (its === 'public' || this.allowed.hasAddress(address, its === 'cloud metadata')) continue;
      // The message does not say which address a name has, nor whether there is such a name: that would show a tenant
      // the structure of the internal network.
      const message =
        isIP(host) === 0 ? NOT_PUBLIC_HOST : `The address ${host} is not public (${its}). ${REMEDY}`;
      return { reason: 'not_public', message };
    }
    return null;
  }

  /** Returns the addresses of `localhost`: the loopback addresses that are permitted, or both where none is. */
  private localhost(name: string): readonly string[] {
    if (this.allowed.hasName(name)) return LOCALHOST;
    const permitted = LOCALHOST.filter((address) => this.allowed.hasAddress(address));
    return permitted.length > 0 ? permitted : LOCALHOST;
  }

  /** Returns whether an address, in any notation, belongs to this machine. */
  private isOwn(address: string): boolean {
    if (addressClassOf(address) === 'loopback') return true;
    const interfaces = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
    const own = [...interfaces.map((entry) => entry.address), this.config.host, '0.0.0.0/8', '::'];
    return own.some((text) => parseAddressRange(text)?.contains(address) ?? false);
  }

  /**
   * Connects with undici's connector behind the guard, for a tenancy or (null) for the service itself: checks
   * scheme, port and literal addresses here, and names in the look-up. Returns the socket while it connects;
   * undefined when it is refused.
   */
  connect(
    options: buildConnector.Options,
    callback: buildConnector.Callback,
    asker: Asker = null,
  ): Socket | undefined {
    return this.connectWith(this.usual, options, callback, asker);
  }

  /**
   * Returns a connector like `connect` that accepts certificates of the authorities in a secure context. It has
   * connections and TLS sessions of its own.
   */
  accepting(secureContext: SecureContext): buildConnector.connector {
    const connectors = this.connectors(secureContext);
    return (options, callback) => void this.connectWith(connectors, options, callback, null);
  }

  private connectors(secureContext?: SecureContext): Connectors {
    const options = { timeout: this.config.actionTimeoutMs, ...(secureContext && { secureContext }) };
    const over = (port: number | null) =>
      connectorOver((name) => this.permittedAddresses(name, port), options);
    return { elsewhere: over(null), onOwnPort: over(this.ownPort) };
  }

  private connectWith(
    { elsewhere, onOwnPort }: Connectors,
    options: buildConnector.Options,
    callback: buildConnector.Callback,
    asker: Asker,
  ): Socket | undefined {
    const refusal = this.refusalOfDestination(options);
    if (refusal !== null) {
      const refused = this.refused(refusal);
      queueMicrotask(() => callback(refused, null));
      return undefined;
    }
    const connector = portOf(options) === this.ownPort ? onOwnPort : elsewhere;
    this.asker = asker;
    try {
      // Its declared type is void, but it returns the socket that it opens.
      return connector(options, callback) as unknown as Socket;
    } finally {
      this.asker = null;
    }
  }

  /**
   * Connects to a destination that the operator configured, wherever it is: with the same resolver, but nothing
   * is refused. The caller must make sure that the destination is the configured one.
   */
  connectTrusted(options: buildConnector.Options, callback: buildConnector.Callback): void {
    this.trusted(options, callback);
  }

  /**
   * Returns the addresses of a host name, all of which may be connected to on a port (null: any port except our
   * own). Rejects with OutboundRefused where one of them is not permitted, and with the `code` of the failure
   * (ENOTFOUND, ...) where there is no address.
   */
  async permittedAddresses(hostname: string, port: number | null): Promise<readonly string[]> {
    const addresses = await this.addressesOf(hostname, this.localhost(hostname)).catch((error: unknown) => {
      if (isUnknownHost(error)) this.refusals?.count('not_public');
      throw error;
    });
    const refusal = this.refusalOfAddresses(hostname, addresses, port);
    if (refusal !== null) throw this.refused(refusal);
    return addresses;
  }

  private refused({ reason, message }: Refusal): OutboundRefused {
    this.refusals?.count(reason);
    return new OutboundRefused(message);
  }

  private async addressesOf(name: string, localhost: readonly string[]): Promise<readonly string[]> {
    if (isLocalhost(name)) return localhost;
    if (isIP(name) !== 0) return [name];
    const addresses = await this.resolver.resolve(name, this.asker);
    if (addresses.length > 0) return addresses;
    throw Object.assign(new Error(`The host '${name}' has no address.`), { code: 'ENOTFOUND' });
  }
}

function unreadable(refusal: string): ExaminedUrl {
  return { refusal, reason: 'unreadable' };
}

/** Returns a connector to the addresses that `addressesOf` returns for a name (lower case, without the final dot). */
function connectorOver(
  addressesOf: (name: string) => Promise<readonly string[]>,
  options: ConnectorOptions,
): buildConnector.connector {
  // The types leave out what is passed on to tls.connect, where it is not of a plain connection.
  const passedOn: Pick<buildConnector.BuildOptions, 'timeout'> = options;
  return buildConnector({
    ...passedOn,
    lookup: (hostname, _, callback) => {
      addressesOf(nameOf(hostname)).then(
        (addresses) =>
          callback(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          ),
        (error: NodeJS.ErrnoException) => callback(error, []),
      );
    },
    // Tries all addresses of the look-up. After this time without an answer the next address is tried; the last
    // one gets all the time that is left.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 1_500,
    maxCachedSessions: 1_000,
  });
}
