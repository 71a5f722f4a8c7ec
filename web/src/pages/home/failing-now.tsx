import type { FailingSchedule, Overview } from '../../api/overview.js';
import { useTaken } from '../../api/taken.js';
import { Button } from '../../controls/button.js';
import { jobPath, PATHS, runPath } from '../../paths.js';
import { HOME } from '../../texts/home.js';
import { TEXTS } from '../../texts.js';
import { reasonOf } from '../job/reason.js';
import { shownRows, type ShownRow } from './shown-rows.js';

interface FailingNowProps {
  readonly failing: Overview['failing'];
  readonly isOfSeveral: boolean;
}

/** The schedules that failed last. What is read keeps its place, and says where it has healed; that others fail is announced. */
export function FailingNow({ failing, isOfSeveral }: FailingNowProps) {
  const { total, results } = failing;
  // From none to some there is nothing that is being read.
  const { shown, take } = useTaken(failing, results.length === 0 ? 'none' : 'some');
  const rows = shown ? shownRows(shown.results, failing) : [];
  const isNews = shown !== undefined && idsOf(shown.results) !== idsOf(results);
  return (
    <section aria-labelledby="failing" class="home-failing">
      <div class="home-head">
        <h2 id="failing">{HOME.failing}</h2>
        <span role="status" class="unseen">
          {isNews ? HOME.news : ''}
        </span>
        {isNews && (
          <Button kind="lite" onPress={take}>
            {HOME.showNews}
          </Button>
        )}
      </div>
      {rows.length > 0 ? (
        <ul class="plain rows">
          {rows.map((row) => (
            <Row key={row.failing.schedule.id} row={row} isOfSeveral={isOfSeveral} />
          ))}
        </ul>
      ) : (
        <p class="rows quiet">{HOME.nothingFails}</p>
      )}
      {total.schedules > results.length && (
        <p>
          <a href={`${PATHS.jobs}?state=failing`}>{HOME.allFailing(total.jobs, total.isMore)}</a>
        </p>
      )}
    </section>
  );
}

interface RowProps {
  readonly row: ShownRow;
  readonly isOfSeveral: boolean;
}

function Row({ row, isOfSeveral }: RowProps) {
  const { schedule, job, tenant, since, times, lastRun } = row.failing;
  const reason = capital(reasonOf(row.failing));
  return (
    <li>
      <span class="row-head">
        <a class="row-name" href={jobPath(job.id)}>
          {job.name}
        </a>
        <span class="quiet">
          <bdi>{schedule.description || TEXTS.timing(schedule)}</bdi>
          {isOfSeveral && tenant && HOME.tenant(tenant.subdomain)}
        </span>
      </span>
      <span class="row-more">
        {row.isHealed ? (
          <>
            <span class="row-healed">{HOME.healed}</span>
            <span class="quiet">{row.healedAt !== null && HOME.since(row.healedAt)}</span>
          </>
        ) : (
          <>
            <span class="row-reason">{lastRun ? <a href={runPath(lastRun.id)}>{reason}</a> : reason}</span>
            <span class="quiet">
              {HOME.since(since)}
              {times > 1 && HOME.inARow(times)}
            </span>
          </>
        )}
      </span>
    </li>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Which schedules fail; in which order they failed last changes all the time and is no news. */
const idsOf = (results: readonly FailingSchedule[]) =>
  results
    .map(({ schedule }) => schedule.id)
    .sort()
    .join();
