import { promises as dns } from 'node:dns';

/**
 * Port: turns a host name into addresses. The OutboundGuard asks it for every new connection and checks what it
 * answers; a test hands in answers of its own.
 */
export abstract class Resolver {
  /** Answers every address of a name, best first; rejects with the `code` of the failure (ENOTFOUND, ...). */
  abstract resolve(hostname: string): Promise<readonly string[]>;
}

const KEPT_MS = 5_000;
const KEPT_FAILURE_MS = 1_000;
const MOST_KEPT = 5_000;
const SERVERS_KEPT_MS = 30_000;
const MOST_SYSTEM_LOOKUPS = 2;
/** Nothing answered for the name here; the system may still know it (hosts file, search domains). */
const TRY_SYSTEM = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED', 'EBADRESP', 'EFORMERR']);

interface Answer {
  readonly addresses: Promise<readonly string[]>;
  until: number;
}

/**
 * The network's resolver. Names are asked over DNS directly, because the system's own look-up occupies one of
 * four threads until it ends: a handful of names whose servers stay silent would stop every other tenant's
 * calls. The system is asked, two names at a time, for names without a dot and for those that DNS does not know.
 * One question per name is open at a time, and its answer serves for five seconds (a failure for one).
 */
export class DnsResolver extends Resolver {
  private readonly answers = new Map<string, Answer>();
  private readonly waiting: (() => void)[] = [];
  private systemLookups = 0;
  private servers: { readonly resolver: dns.Resolver; readonly until: number } | null = null;

  resolve(hostname: string): Promise<readonly string[]> {
    const now = performance.now();
    const known = this.answers.get(hostname);
    if (known !== undefined && known.until > now) return known.addresses;
    const answer: Answer = { addresses: this.ask(hostname), until: Infinity };
    const keepFor = (ms: number) => () => {
      answer.until = performance.now() + ms;
    };
    answer.addresses.then(keepFor(KEPT_MS), keepFor(KEPT_FAILURE_MS));
    this.answers.delete(hostname); // so that the new answer is the youngest
    this.answers.set(hostname, answer);
    for (const oldest of this.answers.keys()) {
      if (this.answers.size <= MOST_KEPT) break;
      this.answers.delete(oldest);
    }
    return answer.addresses;
  }

  private async ask(hostname: string): Promise<readonly string[]> {
    if (!hostname.includes('.')) return this.askSystem(hostname);
    const { resolver } = this.currentServers();
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const found = [four, six].flatMap((part) => (part.status === 'fulfilled' ? part.value : []));
    if (found.length > 0) return found;
    const failures = [four, six].flatMap((part) => (part.status === 'rejected' ? [part.reason] : []));
    const grave = failures.find((failure) => !TRY_SYSTEM.has((failure as NodeJS.ErrnoException).code ?? '')); // dns rejects with these
    if (grave !== undefined) throw grave;
    return this.askSystem(hostname);
  }

  private async askSystem(hostname: string): Promise<readonly string[]> {
    if (this.systemLookups >= MOST_SYSTEM_LOOKUPS) {
      await new Promise<void>((resume) => this.waiting.push(resume));
    } else {
      this.systemLookups += 1;
    }
    try {
      const found = await dns.lookup(hostname, { all: true, verbatim: true });
      return found.map((entry) => entry.address);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.systemLookups -= 1;
      else next();
    }
  }

  /** The system's name servers may change (another network): they are read again now and then. */
  private currentServers() {
    const now = performance.now();
    if (this.servers === null || this.servers.until <= now) {
      const resolver = new dns.Resolver({ timeout: 1_500, tries: 2 });
      this.servers = { resolver, until: now + SERVERS_KEPT_MS };
    }
    return this.servers;
  }
}
