import type { NextFiring } from '../../api/overview.js';
import { Moment } from '../../controls/time.js';
import { useStill } from '../../controls/use-still.js';
import { away } from '../../duration.js';
import { schedulePath } from '../../paths.js';
import { HOME } from '../../texts/home.js';
import { TEXTS } from '../../texts.js';

const MINUTE_MS = 60_000;

interface NextFiringsProps {
  readonly next: readonly NextFiring[];
  readonly now: number;
  readonly isOfSeveral: boolean;
}

/** What runs soonest. It moves on by itself, and not under a pointer. */
export function NextFirings({ next, now, isOfSeveral }: NextFiringsProps) {
  const { shown, held } = useStill(next);
  return (
    <section aria-labelledby="next">
      <h2 id="next">{HOME.next}</h2>
      {shown.length === 0 ? (
        <p class="rows quiet">{HOME.nothingNext}</p>
      ) : (
        <ol class="plain rows rows-timed" {...held}>
          {shown.map(({ plannedAt, schedule, job, tenant }) => (
            <li key={`${schedule.id} ${plannedAt}`}>
              <span class="row-time">
                <Moment at={plannedAt} isExact={plannedAt % MINUTE_MS !== 0} />
                <span class="quiet">{away(plannedAt, now)}</span>
              </span>
              <span class="row-head">
                <a href={schedulePath(job.id, schedule.id)}>{job.name}</a>
                <span class="quiet">
                  <bdi>{schedule.description || TEXTS.timing(schedule)}</bdi>
                  {isOfSeveral && tenant && HOME.tenant(tenant.subdomain)}
                </span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
