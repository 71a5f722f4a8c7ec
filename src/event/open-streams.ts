import type { RowScope } from '../database/scoped.js';
import type { EventStream } from './event-stream.js';
import type { CompletionEvent } from './event.store.js';

/** The streams that are open in this process, by their id and by the events that they receive. */
export class OpenStreams {
  private readonly byId = new Map<string, EventStream>();
  private readonly byTenancy = new Map<number, number>();
  private readonly byAudience = new Map<string, Set<EventStream>>();

  get size(): number {
    return this.byId.size;
  }

  list(): EventStream[] {
    return [...this.byId.values()];
  }

  find(id: string): EventStream | null {
    return this.byId.get(id) ?? null;
  }

  /** Returns how many streams of a tenancy are open. */
  countOf(tenancyId: number): number {
    return this.byTenancy.get(tenancyId) ?? 0;
  }

  listInstances(): number[] {
    return [...new Set(this.list().map(({ identity }) => identity.scope.instanceId))];
  }

  /**
   * Adds a stream. When two streams have the same id, the one of the older generation is closed, even if it is
   * the new one.
   */
  add(stream: EventStream): void {
    const other = this.byId.get(stream.identity.id);
    if (other && other.identity.generation > stream.identity.generation) {
      stream.close();
      return;
    }
    if (other) this.remove(other);
    other?.close();
    this.byId.set(stream.identity.id, stream);
    this.count(stream, 1);
    const key = audienceOf(stream.identity.scope);
    const audience = this.byAudience.get(key) ?? new Set();
    this.byAudience.set(key, audience.add(stream));
  }

  remove(stream: EventStream): void {
    if (this.byId.get(stream.identity.id) !== stream) return;
    this.byId.delete(stream.identity.id);
    this.count(stream, -1);
    const key = audienceOf(stream.identity.scope);
    const audience = this.byAudience.get(key);
    audience?.delete(stream);
    if (audience?.size === 0) this.byAudience.delete(key);
  }

  private count({ identity }: EventStream, change: 1 | -1): void {
    const { tenancyId } = identity.scope;
    const open = this.countOf(tenancyId) + change;
    if (open === 0) this.byTenancy.delete(tenancyId);
    else this.byTenancy.set(tenancyId, open);
  }

  /** Delivers an event to the tenant that owns it and to the provider of the instance. */
  deliver(instanceId: number, event: CompletionEvent): void {
    const { tenancyId } = event;
    for (const kind of ['instance', 'tenant'] as const) {
      for (const stream of this.byAudience.get(audienceOf({ kind, instanceId, tenancyId })) ?? []) {
        stream.deliver(event);
      }
    }
  }
}

function audienceOf({ kind, instanceId, tenancyId }: RowScope): string {
  return kind === 'instance' ? `instance ${instanceId}` : `tenant ${tenancyId}`;
}
