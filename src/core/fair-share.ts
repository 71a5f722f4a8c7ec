/** A tenancy that has due runs. */
export interface Contender {
  readonly tenancyId: number;
  /** How many more of its runs it may have claimed. */
  readonly wants: number;
}

/** How many due runs of a tenancy go next. */
export interface Share {
  readonly tenancyId: number;
  readonly limit: number;
}

/** Whose turn it is to share. */
export interface Turn {
  /** The tenancy that was served last: the next id is served first. */
  readonly after: number;
  /** The smallest share worth having, save where less is wanted. */
  readonly least: number;
}

/**
 * Returns which tenancies' due runs go next when there is room for `room` of them. Contenders come in turn, in the
 * order of their ids, as many as can have the least share each; those get the same, and what one does not want the
 * others share (max-min fairness). Whoever is left out is served first by the turn after the last tenancy answered,
 * so nobody starves.
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
  // The least hungry first: what it leaves of its equal part goes to those after it.
  [...served]
    .sort((a, b) => a.wants - b.wants)
    .forEach(({ tenancyId, wants }, place) => {
      const limit = Math.min(wants, Math.floor(left / (served.length - place)));
      left -= limit;
      limits.set(tenancyId, limit);
    });
  return served.map(({ tenancyId }) => ({ tenancyId, limit: limits.get(tenancyId) ?? 0 }));
}

/** Returns the same shares in groups of `most` runs each, the last one smaller; a share that goes over the edge is cut in two. */
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
 * Returns how many places each of `active` tenancies may hold out of `total`: an equal part, with one part left
 * over, so that however slow all of them are, a tenancy that comes new finds room at once.
 */
export function fairPart(total: number, active: number): number {
  return Math.max(1, Math.floor(total / (active + 1)));
}
