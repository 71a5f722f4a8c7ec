import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import { useTaken } from '../../api/taken.js';
import type { TenantList } from '../../api/tenants.js';
import { Button, ButtonLink } from '../../controls/button.js';
import { Late } from '../../controls/late.js';
import { ListSearch } from '../../controls/list-search.js';
import { PageProblem } from '../../controls/problem.js';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { PATHS } from '../../paths.js';
import { Shares } from '../../pictures/shares.js';
import { TENANTS } from '../../texts/tenants.js';
import '../jobs/jobs.css';
import { pathOf, questionOf, requestOf, TENANT_PAGE, TENANT_SORTS, type TenantQuestion } from './question.js';
import { TenantTable } from './tenant-table.js';
import './tenants.css';

const EVERY_MS = 5_000;

/** How many tenants there are and who makes the calls; the list of them, or of those that are asked for. */
export function Tenants() {
  const { query } = useLocation();
  const [isPaused, setPaused] = useState(false);
  const question = questionOf(query);
  const request = requestOf(question);
  const { body, asOf, error } = useResource<TenantList>(request, { everyMs: EVERY_MS, isPaused });
  const { shown, isFormer, take } = useTaken(body, request, isEmpty);
  const counts = body ?? shown;
  if (!counts || !shown) {
    const page = (
      <Page title={TENANTS.title} first={error ? TENANTS.notCounted : TENANTS.counting}>
        <PageProblem error={error} hasBody={false} />
      </Page>
    );
    return error ? page : <Late>{page}</Late>;
  }
  const isNews = !isFormer && body !== undefined && orderOf(body) !== orderOf(shown);
  return (
    <Page
      title={TENANTS.title}
      first={TENANTS.first(counts.tenants, counts.half, counts.calls, counts.top[0]?.calls)}
      aside={<AsOf at={asOf} isPaused={isPaused} onPaused={setPaused} />}
    >
      <PageProblem error={error} hasBody={body !== undefined} />
      <Shares list={counts} />
      <Question question={question} />
      <div class="list-head">
        <p role="status">
          {question.q !== '' && !isFormer && shown.total.tenants > 0
            ? TENANTS.found(shown.total.tenants, shown.total.isMore, question.q)
            : ''}
        </p>
        <p class="news">
          <span role="status" class="unseen">
            {isNews ? TENANTS.news : ''}
          </span>
          {isNews && (
            <Button kind="lite" onPress={take}>
              {TENANTS.showNews}
            </Button>
          )}
        </p>
      </div>
      {shown.results.length > 0 ? (
        <div class="list-body" aria-busy={isFormer}>
          <TenantTable rows={newestOf(shown, isFormer ? undefined : body)} most={counts.top[0]?.calls ?? 0} />
          <p class="quiet">{TENANTS.old}</p>
          <Pager question={question} list={shown} />
        </div>
      ) : (
        <Nothing question={question} list={shown} />
      )}
    </Page>
  );
}

function Question({ question }: { readonly question: TenantQuestion }) {
  const { route } = useLocation();
  return (
    <div class="filters">
      <ListSearch
        label={TENANTS.search}
        value={question.q}
        onAsk={(q) => route(pathOf({ ...question, q, page: 1 }), true)}
      />
      <label class="sort">
        {TENANTS.sort}
        <select
          value={question.sort}
          onChange={({ currentTarget }) =>
            // Its options are those of the question.
            route(pathOf({ ...question, sort: currentTarget.value as TenantQuestion['sort'], page: 1 }))
          }
        >
          {TENANT_SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {TENANTS.sorts[sort]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

interface PartProps {
  readonly question: TenantQuestion;
  readonly list: TenantList;
}

function Pager({ question, list: { total, results } }: PartProps) {
  const before = (question.page - 1) * TENANT_PAGE;
  const end = before + results.length;
  const hasNext = total.isMore || end < total.tenants;
  const link = (page: number, name: string) => (
    <ButtonLink href={pathOf({ ...question, page })}>{name}</ButtonLink>
  );
  return (
    <nav class="pager" aria-label={TENANTS.pages}>
      <span>{TENANTS.range(before + 1, end, total.tenants, total.isMore)}</span>
      {question.page > 1 && link(question.page - 1, TENANTS.previous)}
      {hasNext && link(question.page + 1, TENANTS.following)}
    </nav>
  );
}

function Nothing({ question, list: { total } }: PartProps) {
  const isBeyond = total.tenants > 0;
  if (!isBeyond && question.q === '') return <p class="lead">{TENANTS.noneText}</p>;
  return (
    <div class="nothing">
      <p class="lead">{isBeyond ? TENANTS.beyond : TENANTS.noHits(question.q)}</p>
      <ButtonLink href={isBeyond ? pathOf({ ...question, page: 1 }) : PATHS.tenants}>
        {isBeyond ? TENANTS.toFirst : TENANTS.clear}
      </ButtonLink>
    </div>
  );
}

/** Who stands in the list, in which order: other numbers of the same tenants are shown in their place. */
const orderOf = ({ results }: TenantList) => results.map(({ tenantId }) => tenantId).join();

const isEmpty = ({ results }: TenantList) => results.length === 0;

function newestOf({ results }: TenantList, latest: TenantList | undefined) {
  return results.map((row) => latest?.results.find(({ tenantId }) => tenantId === row.tenantId) ?? row);
}
