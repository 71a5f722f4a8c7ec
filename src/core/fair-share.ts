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

/**
 * Answers which tenancies' due runs go next when there is room for `room` of them: every contender gets the
 * same, and what one does not want the others share (max-min fairness). Where there are more contenders than
 * room, each gets one in turn, beginning with the place `rotation` in the order of ids, so that nobody starves.
 */
export function shareOut(contenders: readonly Contender[], room: number, rotation: number): Share[] {
  const hungry = contenders.filter((c) => c.wants > 0).sort((a, b) => a.tenancyId - b.tenancyId);
  if (hungry.length === 0 || room <= 0) return [];
  const start = rotation % hungry.length;
  const inTurn = [...hungry.slice(start), ...hungry.slice(0, start)];
  if (inTurn.length >= room) {
    return inTurn.slice(0, room).map(({ tenancyId }) => ({ tenancyId, limit: 1 }));
  }
  const shares: Share[] = [];
  let left = room;
  // The least hungry first: what it leaves of its equal part goes to those after it.
  inTurn.sort((a, b) => a.wants - b.wants);
  inTurn.forEach(({ tenancyId, wants }, place) => {
    const limit = Math.min(wants, Math.floor(left / (inTurn.length - place)));
    left -= limit;
    shares.push({ tenancyId, limit });
  });
  return shares;
}

/**
 * Answers how many places each of `active` tenancies may hold out of `total`: an equal part, with one part left
 * over, so that however slow all of them are, a tenancy that comes new finds room at once.
 */
export function fairPart(total: number, active: number): number {
  return Math.max(1, Math.floor(total / (active + 1)));
}
