/** A map that holds at most `most` entries and removes the least recently used one. */
export class BoundedMap<Value> {
  private readonly entries = new Map<string, Value>();

  constructor(private readonly most: number) {}

  /** Returns the value of a key, null where there is none or it was removed. Reading an entry counts as using it. */
  get(key: string): Value | null {
    const value = this.entries.get(key);
    if (value === undefined) return null;
    // A Map keeps the order of insertion: this moves the entry to the most recently used end.
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  /** Sets the value of a key. Where there are then too many entries, the least recently used one is removed. */
  set(key: string, value: Value): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.most) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  /** Removes a key. */
  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Removes all keys. */
  clear(): void {
    this.entries.clear();
  }
}
