import type { Overview } from '../../api/overview.js';
import { HOME } from '../../texts/home.js';

/** Returns `6 schedules fail`, `All well since 02:10 UTC`, or why there is neither. */
export function firstLine({ failing, firstRunAt, next, jobs }: Overview): string {
  const { schedules, isMore } = failing.total;
  if (schedules > 0) return HOME.fails(schedules, isMore);
  if (jobs.total === 0) return HOME.noJobs;
  const since = failing.lastHealedAt ?? firstRunAt;
  if (since !== null) return HOME.wellSince(since);
  const [first] = next;
  return first ? HOME.firstRun(first.plannedAt) : HOME.noPlan;
}
