import { Injectable } from '@nestjs/common';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import { BindingRow } from '../../database/entities/binding.row.js';
import type { Tx } from '../../database/tx.js';

/** A live binding, as far as verification needs it. A changed binding is a new object. */
export interface Binding {
  readonly id: string;
  /** Null for the operator's client. */
  readonly instanceId: number | null;
  readonly clientId: string;
}

interface Row {
  id: Buffer;
  instance_id: number | null;
  client_id: string;
}

const SELECT = 'SELECT id, instance_id, client_id FROM binding WHERE revoked_at IS NULL';

/** Reads bindings as far as verification needs them. */
@Injectable()
export class BindingReader {
  /** Returns every live binding. */
  async listLive(tx: Tx): Promise<Binding[]> {
    return (await tx.query<Row>(SELECT)).map(bindingOf);
  }

  /** Returns a binding, null where it is unknown or revoked. */
  async findLive(tx: Tx, id: string): Promise<Binding | null> {
    const [row] = await tx.query<Row>(`${SELECT} AND id = ?`, [uuidToBytes(id)]);
    return row ? bindingOf(row) : null;
  }

  /** Returns whether there has ever been a binding, revoked ones counted. */
  isAny(tx: Tx): Promise<boolean> {
    return tx.manager.existsBy(BindingRow, {});
  }
}

function bindingOf(row: Row): Binding {
  return Object.freeze({
    id: uuidFromBytes(row.id),
    instanceId: row.instance_id,
    clientId: row.client_id,
  });
}
