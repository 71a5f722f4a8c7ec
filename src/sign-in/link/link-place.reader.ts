import { Injectable } from '@nestjs/common';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import { isUuid } from '../../core/uuid.js';
import type { Tx } from '../../database/tx.js';

/** A tenancy for which a link can be made: a provider's, for its whole instance, or a tenant's. */
export interface LinkPlace {
  readonly tenancyId: number;
  readonly instanceId: number;
  readonly instanceName: string;
  readonly xsappname: string;
  readonly tenantId: string;
  readonly subdomain: string;
}

interface Row {
  id: number;
  instance_id: number;
  name: string;
  xsappname: string;
  tenant_id: Buffer;
  subdomain: string;
}

const SELECT = `SELECT t.id, t.instance_id, i.name, i.xsappname, t.tenant_id, n.subdomain
  FROM instance i JOIN tenancy t ON t.instance_id = i.id JOIN tenant n ON n.id = t.tenant_id`;

/** Reads for whom links can be made; beside the service, which knows it by heart, a command asks too. */
@Injectable()
export class LinkPlaceReader {
  /** Returns the providers of the first `limit` instances, oldest first. */
  async listProviders(tx: Tx, limit: number): Promise<LinkPlace[]> {
    const rows = await tx.query<Row>(`${SELECT} WHERE t.is_provider = 1 ORDER BY i.id LIMIT ?`, [limit]);
    return rows.map(placeOf);
  }

  /** Returns the providers of the instances of a name. */
  async listByName(tx: Tx, name: string): Promise<LinkPlace[]> {
    const rows = await tx.query<Row>(
      `${SELECT} WHERE t.is_provider = 1 AND (i.name = ? OR i.xsappname = ?) ORDER BY i.id`,
      [name, name],
    );
    return rows.map(placeOf);
  }

  /** Returns a tenant of an instance by its id or its subdomain, null where there is none. */
  async findTenant(tx: Tx, instanceId: number, name: string): Promise<LinkPlace | null> {
    const [column, value] = isUuid(name)
      ? ['t.tenant_id', uuidToBytes(name)]
      : ['n.subdomain', name.toLowerCase()];
    const where = `t.instance_id = ? AND t.is_provider = 0 AND ${column} = ?`;
    const [row] = await tx.query<Row>(`${SELECT} WHERE ${where}`, [instanceId, value]);
    return row ? placeOf(row) : null;
  }
}

function placeOf(row: Row): LinkPlace {
  return {
    tenancyId: Number(row.id),
    instanceId: Number(row.instance_id),
    instanceName: row.name,
    xsappname: row.xsappname,
    tenantId: uuidFromBytes(row.tenant_id),
    subdomain: row.subdomain,
  };
}
