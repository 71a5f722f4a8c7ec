import { Injectable } from '@nestjs/common';
import { uuidFromBytes, uuidToBytes } from '../../database/columns.js';
import type { Tx } from '../../database/tx.js';
import { ChangeFeed, type Follower } from '../../tenant/change-feed.js';

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

/** Every live binding, in memory: a token of a revoked one is known to be worthless without I/O. */
@Injectable()
export class BindingIndex implements Follower {
  private readonly byId = new Map<string, Binding>();
  private readonly byClient = new Map<string, Binding>();

  constructor(private readonly feed: ChangeFeed) {
    feed.follow('binding', this);
  }

  /** Answers the live binding of a client id, as this process knows it. */
  find(clientId: string): Binding | null {
    return this.byClient.get(clientId) ?? null;
  }

  /** Like `find`, and takes in what other replicas did where nothing is found. */
  async findFresh(clientId: string): Promise<Binding | null> {
    if (!this.byClient.has(clientId)) await this.feed.poll();
    return this.find(clientId);
  }

  async reloadAll(tx: Tx): Promise<void> {
    const rows = await tx.query<Row>(SELECT);
    this.byId.clear();
    this.byClient.clear();
    for (const row of rows) this.add(row);
  }

  async reload(tx: Tx, refs: readonly string[]): Promise<void> {
    for (const id of refs) {
      const [row] = await tx.query<Row>(`${SELECT} AND id = ?`, [uuidToBytes(id)]);
      const known = this.byId.get(id);
      if (known) this.byClient.delete(known.clientId);
      this.byId.delete(id);
      if (row) this.add(row);
    }
  }

  private add(row: Row): void {
    const binding = Object.freeze({
      id: uuidFromBytes(row.id),
      instanceId: row.instance_id,
      clientId: row.client_id,
    });
    this.byId.set(binding.id, binding);
    this.byClient.set(binding.clientId, binding);
  }
}
