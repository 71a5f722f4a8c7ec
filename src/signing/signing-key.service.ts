import { Injectable } from '@nestjs/common';
import { refuseTenantId, type AccessScope } from '../core/access-scope.js';
import { Clock } from '../core/clock.js';
import { Conflict, NotFound, shown } from '../core/errors.js';
import { Database } from '../database/database.js';
import { Sealing } from '../database/sealing/sealing.js';
import type { Tx } from '../database/tx.js';
import { newUuid } from '../database/uuid-v7.js';
import { AuditLog, type AuditEvent } from '../tenant/audit-log.store.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import { newKey, type SigningKind } from './signature.js';
import { SigningKeyStore, type SigningKey } from './signing-key.store.js';
import { SigningUses } from './signing-uses.js';

/** Two, so that receivers can change from one to the other. */
const MOST_KEYS = 2;

/** The tenancy whose keys are meant. */
interface Place {
  readonly tenancyId: number;
  readonly tenantId: string;
}

/** A key that was made just now; its secret is never shown again, and that of a pair not even now. */
export interface MadeKey {
  readonly key: SigningKey;
  /** Null for a pair, whose public key is all that a receiver needs. */
  readonly secret: string | null;
}

/** The keys by which calls are signed (schedule-extensions.md, "Signed calls"). */
@Injectable()
export class SigningKeyService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sealing: Sealing,
    private readonly store: SigningKeyStore,
    private readonly uses: SigningUses,
    private readonly tenancies: TenancyIndex,
    private readonly audit: AuditLog,
  ) {}

  /** Returns the keys of the caller's own tenant, or of one of a provider's. Throws InvalidInput, NotFound. */
  async list(scope: AccessScope, tenantId: string | undefined): Promise<SigningKey[]> {
    const { tenancyId } = await this.placeOf(scope, tenantId);
    return this.database.read((tx) => this.store.list(tx, tenancyId), scope);
  }

  /** Makes a key. Throws Conflict where there are two, InvalidInput, NotFound. */
  async create(
    scope: AccessScope,
    { kind, tenantId }: { readonly kind: SigningKind; readonly tenantId?: string | undefined },
  ): Promise<MadeKey> {
    const place = await this.placeOf(scope, tenantId);
    const { secret, publicKey } = newKey(kind);
    const now = this.clock.now();
    const key: SigningKey = {
      ...{ id: newUuid(now), instanceId: scope.instanceId, tenancyId: place.tenancyId, kind },
      ...{ secret: this.sealing.seal(secret), publicKey, createdAt: now },
    };
    await this.database.transaction(async (tx) => {
      if ((await this.store.hold(tx, [place.tenancyId])) === 0) throw noTenant(place.tenantId);
      if ((await this.store.list(tx, place.tenancyId)).length >= MOST_KEYS) {
        throw new Conflict(
          `The tenant has ${MOST_KEYS} signing keys, which is the most: delete one first, with DELETE /scheduler/signingKeys/{keyId}.`,
        );
      }
      await this.store.insert(tx, key);
      await this.note(tx, scope, 'webhook-key.created', { key, tenantId: place.tenantId });
    });
    return { key, secret: kind === 'v1' ? secret : null };
  }

  /** Deletes a key: calls are signed by what is left. Throws NotFound, and Conflict for the last one while jobs are signed. */
  async remove(scope: AccessScope, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { tenancyId } = await this.store.get(tx, scope, id);
      await this.store.hold(tx, [tenancyId]);
      // Another request may have deleted it meanwhile.
      const key = await this.store.get(tx, scope, id);
      if ((await this.store.list(tx, tenancyId)).length === 1) await this.refuseUsed(tx, tenancyId);
      await this.store.delete(tx, key);
      const tenantId = this.tenancies.find(tenancyId)?.tenantId ?? scope.tenantId;
      await this.note(tx, scope, 'webhook-key.deleted', { key, tenantId });
    });
  }

  private async refuseUsed(tx: Tx, tenancyId: number): Promise<void> {
    const count = await this.uses.count(tx, tenancyId);
    if (count === 0) return;
    const jobs = count === 1 ? '1 job of the tenant is' : `${count} jobs of the tenant are`;
    throw new Conflict(
      `The last signing key cannot be deleted, because ${jobs} signed by it: make another key first, or take 'signing' off.`,
    );
  }

  private async placeOf(scope: AccessScope, tenantId: string | undefined): Promise<Place> {
    if (tenantId === undefined) return scope;
    refuseTenantId(scope, tenantId);
    const look = () => this.tenancies.findByTenant(scope.instanceId, tenantId.toLowerCase());
    const found = await this.tenancies.findFresh(look);
    if (found === null) throw noTenant(tenantId);
    return { tenancyId: found.id, tenantId: found.tenantId };
  }

  private note(
    tx: Tx,
    { instanceId, actor }: AccessScope,
    event: AuditEvent,
    { key, tenantId }: { readonly key: SigningKey; readonly tenantId: string },
  ): Promise<void> {
    const details = { key: key.id, kind: key.kind };
    return this.audit.append(tx, { instanceId, tenantId, actor, event, details });
  }
}

function noTenant(tenantId: string): NotFound {
  return new NotFound(`There is no tenant with the id ${shown(tenantId)}.`);
}
