import { promises as dns } from 'node:dns';
import { BoundedMap } from '../core/bounded-map.js';
import { SystemLookups, type Asker } from './outbound-system-lookups.js';

/**
 * Port: resolves a host name to addresses. The OutboundGuard calls it for every new connection and checks the
 * answer; a test provides its own answers.
 */
export abstract class Resolver {
  /**
   * Returns every address of a name, best first, for a call of a tenancy (null: of the service itself). Rejects with
   * the `code` of the failure (ENOTFOUND, ...).
   */
  abstract resolve(hostname: string, asker: Asker): Promise<readonly string[]>;
}

/** Where names are resolved: `network` asks DNS, `system` uses the system's own look-up, which occupies a thread. */
export interface NameSources {
  network(hostname: string): Promise<readonly string[]>;
  system(hostname: string): Promise<readonly string[]>;
}

const KEPT_MS = 5_000;
const KEPT_FAILURE_MS = 1_000;
const MOST_KEPT = 5_000;
/**
 * Failures after which the system is asked: DNS does not know the name or there is no DNS, but the system may
 * know it (hosts file, search domains).
 */
const ASK_SYSTEM = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED', 'EBADNAME']);

interface Answer {
  readonly addresses: Promise<readonly string[]>;
  readonly until: number;
}

/**
 * The resolver for the network. It asks DNS directly, because the system's own look-up occupies one of four
 * threads until it ends: a few names whose servers do not answer would stop the calls of all other tenants. The
 * system is asked for names without a dot and for names that DNS does not know, and SystemLookups shares its
 * threads out. A tenancy has at most one query per name open. Its answer is used for five seconds (a failure for
 * one second), by all tenancies; a query that is under way only by the one that asked, because it may wait for
 * other names of that tenancy.
 */
export class DnsResolver extends Resolver {
  private readonly answers = new BoundedMap<Answer>(MOST_KEPT);
  private readonly open = new Map<string, Promise<readonly string[]>>();
  private readonly system: SystemLookups;

  /** `limitMs` is the time limit of a look-up of the system. */
  constructor(
    private readonly sources: NameSources = new HostSources(),
    limitMs?: number,
  ) {
    super();
    this.system = new SystemLookups((hostname) => this.keep(hostname, sources.system(hostname)), limitMs);
  }

  resolve(hostname: string, asker: Asker): Promise<readonly string[]> {
    const known = this.answers.get(hostname);
    if (known !== null && known.until > performance.now()) return known.addresses;
    const key = `${asker} ${hostname}`;
    let addresses = this.open.get(key);
    if (addresses === undefined) {
      addresses = this.ask(hostname, asker).finally(() => this.open.delete(key));
      this.open.set(key, addresses);
    }
    return addresses;
  }

  private async ask(hostname: string, asker: Asker): Promise<readonly string[]> {
    if (!hostname.includes('.')) return this.system.ask(hostname, asker);
    try {
      const addresses = await this.sources.network(hostname);
      void this.keep(hostname, Promise.resolve(addresses));
      return addresses;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException; // sources reject with this type
      if (code !== undefined && ASK_SYSTEM.has(code)) return this.system.ask(hostname, asker);
      void this.keep(hostname, Promise.reject(error as Error)).catch(() => undefined);
      throw error;
    }
  }

  /** Keeps an answer for everybody once it is there. */
  private keep(hostname: string, addresses: Promise<readonly string[]>): Promise<readonly string[]> {
    const keepFor = (ms: number) => () =>
      this.answers.set(hostname, { addresses, until: performance.now() + ms });
    addresses.then(keepFor(KEPT_MS), keepFor(KEPT_FAILURE_MS));
    return addresses;
  }
}

const SERVERS_KEPT_MS = 30_000;

/** The name servers and the look-up of this machine. */
class HostSources implements NameSources {
  private servers: dns.Resolver | null = null;
  private readUntil = 0;

  async network(hostname: string): Promise<readonly string[]> {
    const servers = this.currentServers();
    const [four, six] = await Promise.allSettled([servers.resolve4(hostname), servers.resolve6(hostname)]);
    const found = [four, six].flatMap((part) => (part.status === 'fulfilled' ? part.value : []));
    if (found.length > 0) return found;
    // Throws the more useful error: IPv6 alone often has no address or no answer.
    throw four.status === 'rejected' ? four.reason : new Error(`The host '${hostname}' has no address.`);
  }

  async system(hostname: string): Promise<readonly string[]> {
    const found = await dns.lookup(hostname, { all: true });
    return found.map((entry) => entry.address);
  }

  /**
   * Returns a resolver with the current name servers of the machine. They are read again from time to time,
   * because they may change.
   */
  private currentServers(): dns.Resolver {
    const now = performance.now();
    if (this.servers === null || this.readUntil <= now) {
      this.servers = new dns.Resolver({ timeout: 1_500, tries: 2 });
      this.readUntil = now + SERVERS_KEPT_MS;
    }
    return this.servers;
  }
}
