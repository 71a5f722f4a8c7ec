import { wireInstant } from '../../time.js';

/** A job or a schedule that may end by itself, `YYYY-MM-DD HH:mm:ss` in UTC. */
export interface Ended {
  readonly endTime: string | null;
}

/** Returns when a schedule stops firing: at its own end or at that of its job, whichever comes first; null for neither. */
export function endOf(schedule: Ended, job: Ended | undefined): number | null {
  const ends = [schedule.endTime, job?.endTime].flatMap((text) => (text ? [wireInstant(text)] : []));
  return ends.length === 0 ? null : Math.min(...ends);
}
