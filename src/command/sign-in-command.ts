import { CannotStart } from '../config/cannot-start.js';
import type { Config } from '../config/config.js';
import { SystemClock } from '../core/clock.js';
import type { Database } from '../database/database.js';
import { openDatabase } from '../database/open-database.js';
import type { Role } from '../sign-in/grants.js';
import { LinkPlaceReader, type LinkPlace } from '../sign-in/link/link-place.reader.js';
import { SignInLinkStore } from '../sign-in/link/sign-in-link.store.js';
import { LINK_MINUTES, SignInLinks } from '../sign-in/link/sign-in-links.js';
import { AuditLog } from '../tenant/audit-log.store.js';
import { asServed } from './as-served.js';

/** As what a link is to sign in. */
export interface LinkWish {
  /** A tenant by its id or its subdomain; the provider where none is named. */
  readonly tenant?: string;
  /** The name or the xsappname of an instance; the only one where none is named. */
  readonly instance?: string;
  readonly viewer?: boolean;
  readonly operator?: boolean;
}

const MOST_LISTED = 20;

/** Makes a link that signs in to the dashboard, and returns what is said of it. Throws CannotStart where none can be made. */
export async function signIn(given: Config, wish: LinkWish): Promise<string> {
  refuse(given, wish);
  const config = await asServed(given);
  const database = await openDatabase(config.databaseUrl, { isGuest: true });
  try {
    return await linkTo(config, database, wish);
  } finally {
    await database.close();
  }
}

function refuse({ databaseUrl, dashboard }: Config, { operator, tenant, instance }: LinkWish): void {
  if (operator) {
    throw new CannotStart(
      'There is no dashboard for the operator yet: it comes with a later version. Without --operator the link is for a provider.',
    );
  }
  if (!dashboard.isOn) throw new CannotStart(dashboard.offBecause ?? 'The dashboard is off (DASHBOARD=off).');
  if (databaseUrl === 'sqlite::memory:') {
    throw new CannotStart(
      'The database is in memory: its start has shown the only link, and nothing else can reach it.',
    );
  }
  for (const [name, value] of Object.entries({ tenant, instance })) {
    // An empty name is a variable that is not set, and would mean the provider.
    if (value?.trim() === '') throw new CannotStart(`--${name} needs a name.`);
  }
}

async function linkTo(config: Config, database: Database, wish: LinkWish): Promise<string> {
  const places = new LinkPlaceReader();
  const clock = new SystemClock();
  const place = await database.read(async (tx) => {
    const found =
      wish.instance === undefined
        ? await places.listProviders(tx, MOST_LISTED)
        : await places.listByName(tx, wish.instance);
    const provider = onlyOf(found, wish.instance);
    if (wish.tenant === undefined) return provider;
    const tenant = await places.findTenant(tx, provider.instanceId, wish.tenant);
    if (tenant) return tenant;
    throw new CannotStart(
      `There is no tenant '${wish.tenant}' in the service instance '${provider.instanceName}': it must be the id or the subdomain of a tenant that is subscribed.`,
    );
  });
  const role = roleOf(wish);
  const links = new SignInLinks(config, database, clock, new SignInLinkStore(), new AuditLog(clock));
  const url = await links.make(place, role);
  const where = wish.tenant === undefined ? `'${place.instanceName}'` : `'${place.subdomain}'`;
  return `${url}\nIt signs in once, within ${LINK_MINUTES} minutes, as ${role} of ${where}.`;
}

function roleOf({ tenant, viewer = false }: LinkWish): Role {
  if (tenant === undefined) return viewer ? 'provider viewer' : 'provider admin';
  return viewer ? 'tenant viewer' : 'tenant admin';
}

function onlyOf(found: readonly LinkPlace[], name: string | undefined): LinkPlace {
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  if (!only) {
    const what =
      name === undefined ? 'There is no service instance' : `There is no service instance '${name}'`;
    throw new CannotStart(`${what}: the operator makes one with POST /admin/v1/instances.`);
  }
  const lines = found.map(({ instanceName, xsappname }) => `  ${instanceName}  (${xsappname})`);
  throw new CannotStart(
    ['There are several service instances: name one with -- --instance <name>.', ...lines].join('\n'),
  );
}
