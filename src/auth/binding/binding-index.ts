import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/tx.js';
import { ChangeFeed, type Follower } from '../../tenant/change-feed.js';
import { BindingReader, type Binding } from './binding.reader.js';

/** Every live binding, in memory: a token of a revoked one is known to be worthless without I/O. */
@Injectable()
export class BindingIndex implements Follower {
  private readonly byId = new Map<string, Binding>();
  private readonly byClient = new Map<string, Binding>();
  private changes = 0;

  constructor(
    private readonly feed: ChangeFeed,
    private readonly reader: BindingReader,
  ) {
    feed.follow('binding', this);
  }

  /** Goes up with every change: what was read before the last one may be out of date. */
  get version(): number {
    return this.changes;
  }

  /** Returns the live binding of a client id, as this process knows it. */
  find(clientId: string): Binding | null {
    return this.byClient.get(clientId) ?? null;
  }

  /** Like `find`, and takes in what other replicas did where nothing is found. */
  async findFresh(clientId: string): Promise<Binding | null> {
    if (!this.byClient.has(clientId)) await this.feed.poll();
    return this.find(clientId);
  }

  /** Reads all bindings again. */
  async reloadAll(tx: Tx): Promise<void> {
    const live = await this.reader.listLive(tx);
    this.byId.clear();
    this.byClient.clear();
    for (const binding of live) this.add(binding);
    this.changes += 1;
  }

  /** Reads the bindings of these ids again. */
  async reload(tx: Tx, refs: readonly string[]): Promise<void> {
    for (const id of refs) {
      const live = await this.reader.findLive(tx, id);
      const known = this.byId.get(id);
      if (known) this.byClient.delete(known.clientId);
      this.byId.delete(id);
      if (live) this.add(live);
    }
    this.changes += 1;
  }

  private add(binding: Binding): void {
    this.byId.set(binding.id, binding);
    this.byClient.set(binding.clientId, binding);
  }
}
