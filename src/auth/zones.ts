import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { shown } from '../core/errors.js';
import { isUuid } from '../core/uuid.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import type { Tenancy } from '../tenant/tenancy.reader.js';

/** The zone (tenant) that a request names; null where it names none. */
export type Zone = { readonly tenantId: string } | { readonly subdomain: string } | null;

/** Where a request may name a zone, in the order in which the places are looked at; an empty text names none. */
export interface ZoneNames {
  /** The header `X-Zid`. */
  readonly header: string | undefined;
  /** The parameter `app_tid` of the token endpoint. */
  readonly parameter?: string | undefined;
  /** The host that is called. */
  readonly host: string | undefined;
}

/** Finds out which tenant a client that proves itself by its own credentials acts for (tenancy-and-oauth.md, "Token endpoint"). */
@Injectable()
export class Zones {
  private readonly domains: readonly string[];

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly tenancies: TenancyIndex,
  ) {
    this.domains = [new URL(config.publicUrl).host, config.uaaDomain];
  }

  /** Returns the zone that a request names. */
  named({ header, parameter, host }: ZoneNames): Zone {
    const tenantId = header || parameter;
    if (tenantId) return { tenantId: tenantId.toLowerCase() };
    const subdomain = subdomainOf(host, this.domains);
    return subdomain === null ? null : { subdomain };
  }

  /** Returns the tenancy of a zone in an instance, the provider's where no zone is named; null where it has no subscription. */
  find(instanceId: number, zone: Zone): Promise<Tenancy | null> {
    return this.tenancies.findFresh(() => {
      if (zone === null) return this.tenancies.findProvider(instanceId);
      if ('tenantId' in zone) return this.tenancies.findByTenant(instanceId, zone.tenantId);
      return this.tenancies.findBySubdomain(instanceId, zone.subdomain);
    });
  }
}

/** Returns why a client gets no access to a zone. */
export function noSubscription(zone: Zone): string {
  if (zone !== null && 'tenantId' in zone && !isUuid(zone.tenantId)) {
    return `The tenant id ${shown(zone.tenantId)} is not a UUID: name a tenant by its id (header X-Zid, parameter app_tid), or by its subdomain in front of the host, or name none.`;
  }
  const named = zone === null ? 'the provider' : shown(Object.values(zone)[0]);
  return `The zone ${named} has no subscription to the service instance of this client: name a tenant that has one (header X-Zid or subdomain), or none.`;
}

const HOST_NAME = /^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)$/;

/**
 * Returns what stands in front of one of the domains in a Host header, lower case; ports and a final dot do not count.
 * Null where nothing does: for a domain itself too, although another one of them may end it. Of a text that is no host
 * name and contains a domain it is the text, which no tenant has.
 */
export function subdomainOf(host: string | undefined, domains: readonly string[]): string | null {
  const bare = (name: string) => name.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  const name = bare(host ?? '');
  const known = domains.map(bare).sort((a, b) => b.length - a.length);
  if (known.includes(name)) return null;
  const suffix = known.map((domain) => `.${domain}`).find((end) => name.endsWith(end));
  if (suffix !== undefined) return name.slice(0, -suffix.length);
  // What names a domain of ours and is no host name means something that does not exist, and never the provider.
  return !HOST_NAME.test(name) && known.some((domain) => name.includes(domain)) ? name : null;
}
