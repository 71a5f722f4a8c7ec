import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { DAY_MS, type Instant } from '../../core/instant.js';
import type { Tx } from '../../database/tx.js';
import { ScheduleRow } from '../../database/entities/schedule.row.js';
import { GivenUp } from './given-up.js';
import { DeactivationStore } from './deactivation.store.js';

/** How long an endpoint may be unreachable on every run before its schedule is deactivated. */
const UNREACHABLE_LIMIT_MS = 10 * DAY_MS;

/** What one call told about the endpoint of a schedule. */
export interface Contact {
  readonly scheduleId: string;
  readonly jobId: number;
  /** False where there was no HTTP answer at all. */
  readonly isReached: boolean;
  readonly at: Instant;
  /** Since when the schedule was unreachable as far as the claim knew. */
  readonly unreachableSince: Instant | null;
}

/**
 * Counts for how long the endpoint of each schedule has been unreachable, and deactivates a schedule after more
 * than 10 consecutive days; any HTTP answer resets the count (runs-and-behaviour.md, "Clean-up"). It writes only
 * where something changes, so an endpoint that answers costs nothing.
 */
@Injectable()
export class Reachability {
  constructor(
    private readonly deactivations: DeactivationStore,
    private readonly givenUp: GivenUp,
  ) {}

  /** Takes in what the calls of one batch told: notes where an endpoint became unreachable or reachable again, and deactivates what has been unreachable for too long. */
  async note(tx: Tx, contacts: readonly Contact[]): Promise<void> {
    const recovered = contacts.filter((c) => c.isReached && c.unreachableSince !== null);
    const lost = contacts.filter((c) => !c.isReached && c.unreachableSince === null);
    const overdue = contacts.filter(
      (c) => !c.isReached && c.unreachableSince !== null && c.at - c.unreachableSince > UNREACHABLE_LIMIT_MS,
    );
    const ids = (some: readonly Contact[]) => some.map((contact) => contact.scheduleId);
    await this.mark(tx, ids(recovered), null);
    await this.mark(tx, ids(lost), Math.min(...lost.map((c) => c.at)));
    await this.deactivate(tx, overdue);
  }

  /** Forgets what the endpoints of schedules were like, before they were switched off or their job got another one: the days are counted anew. */
  async forget(tx: Tx, schedules: readonly ScheduleRow[]): Promise<void> {
    const known = schedules.filter(({ unreachableSince }) => unreachableSince !== null);
    for (const schedule of known) schedule.unreachableSince = null;
    await this.mark(
      tx,
      known.map(({ id }) => id),
      null,
    );
  }

  private async mark(tx: Tx, ids: readonly string[], since: Instant | null): Promise<void> {
    if (ids.length === 0) return;
    await tx.manager.update(ScheduleRow, { id: In([...ids]) }, { unreachableSince: since });
  }

  private async deactivate(tx: Tx, contacts: readonly Contact[]): Promise<void> {
    if (contacts.length === 0) return;
    const active = await tx.manager.find(ScheduleRow, {
      where: { id: In(contacts.map((contact) => contact.scheduleId)), active: true },
    });
    const ended = active.filter((row) => isOverdue(row, contacts));
    if (ended.length === 0) return;
    const at = Math.max(...contacts.map((contact) => contact.at));
    await this.deactivations.deactivate(
      tx,
      ended.map(({ id, jobId }) => ({ scheduleId: id, jobId, reason: 'unreachable' as const })),
      at,
    );
    await this.givenUp.all(tx, ended, at);
  }
}

/** What a claim knew may be out of date: another run of the schedule may have found the endpoint meanwhile. */
function isOverdue({ id, unreachableSince: since }: ScheduleRow, contacts: readonly Contact[]): boolean {
  return contacts.some((c) => c.scheduleId === id && since !== null && c.at - since > UNREACHABLE_LIMIT_MS);
}
