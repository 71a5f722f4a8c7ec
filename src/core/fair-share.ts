/** A tenancy that has due runs. */
export interface Contender {
  readonly tenancyId: number;
  /** How many more of its runs may be claimed. */
  readonly wants: number;
}

/** How many due runs of a tenancy are claimed next. */
export interface Share {
  readonly tenancyId: number;
  readonly limit: number;
}

/** Where the sharing starts, and the smallest share. */
export interface Turn {
  /** The tenancy that was served last. Serving starts with the next higher id. */
  readonly after: number;
  /** The smallest useful share, except where a tenancy wants less. */
  readonly least: number;
}

/**
 * Returns which tenancies' due runs are claimed next when there is room for `room` runs. Tenancies are served in
 * the order of their ids, starting after `turn.after`, and only as many as can each get the smallest share. They
 * all get an equal part; what one of them does not want is shared among the others (max-min fairness). A tenancy
 * that was left out is served first when the next turn starts after the last tenancy in the result, so no tenancy
 * starves.
 */
export function shareOut(contenders: readonly Contender[], room: number, turn: Turn): Share[] {
  const hungry = contenders.filter(({ wants }) => wants > 0).sort((a, b) => a.tenancyId - b.tenancyId);
  const first = hungry.findIndex(({ tenancyId }) => tenancyId > turn.after);
  const inTurn = first < 0 ? hungry : [...hungry.slice(first), ...hungry.slice(0, first)];
  let promised = 0;
  const served: Contender[] = [];
  for (const contender of inTurn) {
    if (promised >= room) break;
    promised += Math.min(contender.wants, turn.least);
    served.push(contender);
  }
  const limits = new Map<number, number>();
  let left = room;
  // Tenancies that want least come first: what they leave of their equal part goes to the ones after them.
  [...served]
    .sort((a, b) => a.wants - b.wants)
    .forEach(({ tenancyId, wants }, place) => {
      const limit = Math.min(wants, Math.floor(left / (served.length - place)));
      left -= limit;
      limits.set(tenancyId, limit);
    });
  return served.map(({ tenancyId }) => ({ tenancyId, limit: limits.get(tenancyId) ?? 0 }));
}

/**
 * Returns the same shares in groups of `most` runs each, the last group smaller. A share that does not fit into
 * its group is split in two.
 */
export function inGroupsOf(most: number, shares: readonly Share[]): Share[][] {
  const groups: Share[][] = [];
  let room = 0;
  for (const { tenancyId, limit } of shares) {
    for (let left = limit; left > 0;) {
      if (room === 0) {
        groups.push([]);
        room = most;
      }
      const part = Math.min(left, room);
      groups.at(-1)?.push({ tenancyId, limit: part });
      room -= part;
      left -= part;
    }
  }
  return groups;
}

/**
 * Returns how many of `total` places each of `active` tenancies may hold: an equal part, with one part left free.
 * However slow all of them are, a new tenancy finds a free place at once.
 */
export function fairPart(total: number, active: number): number {
  return Math.max(1, Math.floor(total / (active + 1)));
}
