import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { Clock } from '../../core/clock.js';
import { MINUTE_MS } from '../../core/instant.js';
import { Database } from '../../database/database.js';
import { AuditLog } from '../../tenant/audit-log.store.js';
import { isProviderRole, type Role } from '../grants.js';
import { digestOf, newCode } from '../session/secret-code.js';
import type { LinkPlace } from './link-place.reader.js';
import { SignInLinkStore } from './sign-in-link.store.js';

export const LINK_MINUTES = 10;
/** Who made it, in the audit log: whoever started the service, or can open its database. */
const ACTOR = 'system';

/** Makes links that sign in once. The code stands in the fragment, which browsers send nowhere. */
@Injectable()
export class SignInLinks {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: SignInLinkStore,
    private readonly audit: AuditLog,
  ) {}

  /** Makes a link for a role in a place, and returns its URL. */
  async make(place: LinkPlace, role: Role): Promise<string> {
    const code = newCode();
    const expiresAt = this.clock.now() + LINK_MINUTES * MINUTE_MS;
    const { instanceId, tenancyId } = place;
    const tenantId = isProviderRole(role) ? null : place.tenantId;
    await this.database.transaction(async (tx) => {
      await this.store.insert(tx, digestOf(code), { grants: [{ role, tenancyId }], expiresAt });
      const entry = { instanceId, tenantId, actor: ACTOR, event: 'sign-in-link.created' } as const;
      await this.audit.append(tx, { ...entry, details: { role } });
    });
    return `${this.config.publicUrl}/dashboard/sign-in#code=${code}`;
  }
}
