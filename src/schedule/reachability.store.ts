import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { DAY_MS, type Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';
import { ScheduleRow } from '../database/entities/schedule.row.js';
import { ActionLogStore, SYSTEM_ACTOR } from '../run-log/action-log.store.js';
import { RunStore } from '../run-log/run.store.js';

/** How long an endpoint may be unreachable on every run before its schedule is deactivated. */
export const UNREACHABLE_LIMIT_MS = 10 * DAY_MS;

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
    private readonly runs: RunStore,
    private readonly actionLog: ActionLogStore,
  ) {}

  /** Takes in what the calls of one batch told: notes where an endpoint became unreachable or reachable again, and deactivates what has been unreachable for too long. */
  async note(tx: Tx, contacts: readonly Contact[]): Promise<void> {
    const recovered = contacts.filter((c) => c.isReached && c.unreachableSince !== null);
    const lost = contacts.filter((c) => !c.isReached && c.unreachableSince === null);
    const overdue = contacts.filter(
      (c) => !c.isReached && c.unreachableSince !== null && c.at - c.unreachableSince > UNREACHABLE_LIMIT_MS,
    );
    await this.mark(tx, recovered, null);
    await this.mark(tx, lost, Math.min(...lost.map((c) => c.at)));
    await this.deactivate(tx, overdue);
  }

  private async mark(tx: Tx, contacts: readonly Contact[], since: Instant | null): Promise<void> {
    if (contacts.length === 0) return;
    const ids = contacts.map((contact) => contact.scheduleId);
    await tx.manager.update(ScheduleRow, { id: In(ids) }, { unreachableSince: since });
  }

  private async deactivate(tx: Tx, contacts: readonly Contact[]): Promise<void> {
    if (contacts.length === 0) return;
    const active = await tx.manager.find(ScheduleRow, {
      where: { id: In(contacts.map((contact) => contact.scheduleId)), active: true },
    });
    await this.switchOff(
      tx,
      active.filter((row) => isOverdue(row, contacts)),
      contacts,
    );
  }

  private async switchOff(
    tx: Tx,
    active: readonly ScheduleRow[],
    contacts: readonly Contact[],
  ): Promise<void> {
    if (active.length === 0) return;
    const at = Math.max(...contacts.map((contact) => contact.at));
    const ids = active.map((schedule) => schedule.id);
    // The count starts anew when the schedule is activated again.
    await tx.manager.update(
      ScheduleRow,
      { id: In(ids) },
      { active: false, unreachableSince: null, modifiedAt: at },
    );
    await this.runs.dropPlans(tx, ids);
    await this.actionLog.append(
      tx,
      active.map(({ id, jobId }) => ({
        jobId,
        scheduleId: id,
        action: 'DEACTIVATION_UNREACHABLE',
        actor: SYSTEM_ACTOR,
        at,
        details: 'The action endpoint could not be reached on any run for more than 10 days.',
      })),
    );
  }
}

/** What a claim knew may be out of date: another run of the schedule may have found the endpoint meanwhile. */
function isOverdue({ id, unreachableSince: since }: ScheduleRow, contacts: readonly Contact[]): boolean {
  return contacts.some((c) => c.scheduleId === id && since !== null && c.at - since > UNREACHABLE_LIMIT_MS);
}
