/** Whose turn an entry waits for: entries are shared out among groups, and those of a group among its members. */
export interface TurnPlace {
  readonly group: string;
  readonly member: string;
}

/**
 * A queue with turns: one entry of each group in a round, and within a group one of each member in a round. However
 * many entries one of them adds, the others wait only for one of its entries per round. It holds at most `most`
 * entries.
 */
export class TurnQueue<Entry> {
  private readonly groups = new Map<string, Map<string, Entry[]>>();
  private size = 0;

  constructor(private readonly most: number) {}

  /**
   * Adds an entry. Returns null, or, where too many then wait, the entry that has to leave: the newest one of the
   * largest group, there of the member with the most entries. Of several that are equally large it is the newest.
   */
  add({ group, member }: TurnPlace, entry: Entry): Entry | null {
    const members = this.groups.get(group) ?? new Map<string, Entry[]>();
    const waiting = members.get(member) ?? [];
    waiting.push(entry);
    members.set(member, waiting);
    this.groups.set(group, members);
    this.size += 1;
    return this.size > this.most ? this.removeNewestOfLargest() : null;
  }

  /** Returns the entry whose turn it is and leaves it there, null where none waits. */
  peek(): Entry | null {
    const [members] = this.groups.values();
    const [waiting] = members?.values() ?? [];
    return waiting?.[0] ?? null;
  }

  /** Takes out the entry whose turn it is, null where none waits. */
  next(): Entry | null {
    const [first] = this.groups;
    if (!first) return null;
    const [group, members] = first;
    const [[member, waiting] = ['', []]] = members;
    const entry = waiting.shift() ?? null;
    this.size -= 1;
    // A Map keeps the order of insertion: who had a turn goes to the end.
    members.delete(member);
    if (waiting.length > 0) members.set(member, waiting);
    this.groups.delete(group);
    if (members.size > 0) this.groups.set(group, members);
    return entry;
  }

  private removeNewestOfLargest(): Entry | null {
    const sizeOf = (members: Map<string, Entry[]>) =>
      [...members.values()].reduce((sum, waiting) => sum + waiting.length, 0);
    const [group, members] = largest(this.groups, sizeOf);
    const [member, waiting] = largest(members, ({ length }) => length);
    const entry = waiting.pop() ?? null;
    this.size -= 1;
    if (waiting.length === 0) members.delete(member);
    if (members.size === 0) this.groups.delete(group);
    return entry;
  }
}

/** Returns the last of the largest entries of a map, which must not be empty. */
function largest<Value>(map: ReadonlyMap<string, Value>, sizeOf: (value: Value) => number): [string, Value] {
  const all = [...map];
  return all.reduce((best, one) => (sizeOf(one[1]) >= sizeOf(best[1]) ? one : best));
}
