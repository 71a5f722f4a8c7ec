/** A map that holds at most `most` entries and forgets the one that was not asked for the longest. */
export class BoundedMap<Value> {
  private readonly entries = new Map<string, Value>();

  constructor(private readonly most: number) {}

  /** Returns the value of a key, null where it has none or was forgotten; the entry counts as asked for. */
  get(key: string): Value | null {
    const value = this.entries.get(key);
    if (value === undefined) return null;
    // A Map keeps the order of insertion: the entry moves to the young end.
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  /** Sets the value of a key; where there are too many entries, the oldest is forgotten. */
  set(key: string, value: Value): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.most) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  /** Forgets a key. */
  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets every key. */
  clear(): void {
    this.entries.clear();
  }
}
