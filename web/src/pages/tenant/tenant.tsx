import { useState } from 'preact/hooks';
import { Refusal } from '../../api/request.js';
import { useResource } from '../../api/resource.js';
import { tenantRoute, type TenantDetail } from '../../api/tenants.js';
import { Fact } from '../../controls/fact.js';
import { Instant } from '../../controls/instant.js';
import { Late } from '../../controls/late.js';
import { failureTitle, PageProblem } from '../../controls/problem.js';
import '../../controls/list.css';
import { AsOf } from '../../frame/as-of.js';
import { Page } from '../../frame/page.js';
import { PATHS } from '../../paths.js';
import { Outcomes } from '../../pictures/outcomes.js';
import { TENANT, TENANTS } from '../../texts/tenants.js';
import { lateOf, tenantLine } from './first-line.js';
import { Limits } from './limits.js';
import { TenantActions } from './tenant-actions.js';
import './tenant.css';

const EVERY_MS = 5_000;
const ABOVE = [{ href: PATHS.tenants, title: TENANTS.title }];

/** How much of the calls a tenant makes and how it fares; what it may, and whether it may at all. */
export function Tenant({ params }: { readonly params: { readonly tenantId: string } }) {
  const [isPaused, setPaused] = useState(false);
  const watching = { everyMs: EVERY_MS, isPaused };
  const { body: tenant, asOf, error } = useResource<TenantDetail>(tenantRoute(params.tenantId), watching);
  const isGone = error instanceof Refusal && error.status === 404;
  if (!tenant || isGone) {
    const page = (
      <Page title={TENANT.title} above={ABOVE} first={error ? failureTitle(error) : TENANT.loading}>
        <PageProblem error={error} hasBody={false} />
      </Page>
    );
    return error ? page : <Late>{page}</Late>;
  }
  return (
    <Page
      title={tenant.subdomain}
      above={ABOVE}
      first={tenantLine(tenant)}
      aside={<AsOf at={asOf} isPaused={isPaused} onPaused={setPaused} />}
    >
      <PageProblem error={error} hasBody />
      <Today tenant={tenant} />
      <TenantActions tenant={tenant} />
      <section aria-labelledby="hours">
        <h2 id="hours">{TENANT.hours}</h2>
        <Outcomes steps={tenant.hours} name={TENANT.hours} isAbout />
      </section>
      <Limits limits={tenant.limits} />
      <Applications applications={tenant.applications} />
      <section aria-labelledby="facts">
        <h2 id="facts">{TENANT.facts}</h2>
        <dl class="tenant-facts">
          <Fact name={TENANT.id}>
            <code>{tenant.tenantId}</code>
          </Fact>
          <Fact name={TENANT.createdAt}>
            <Instant at={tenant.createdAt} />
          </Fact>
        </dl>
      </section>
    </Page>
  );
}

/** What the first line leaves out, in a few sentences. */
function Today({ tenant }: { readonly tenant: TenantDetail }) {
  const { suspended, calls, failed, unknown, failing, lateP99Ms, lateness } = tenant;
  return (
    <div class="lead tenant-today">
      {suspended !== null && (
        <p>
          {TENANT.since(suspended.at)}
          {suspended.by !== null && TENANT.by(suspended.by)}.
        </p>
      )}
      <p>
        {TENANT.today(calls, failed, unknown)}. {TENANT.failing(failing.schedules, failing.isMore)}.
      </p>
      {lateP99Ms !== null && (
        <p class="quiet">
          {TENANT.lateText(lateP99Ms)} {lateOf(lateness) > 0 && TENANT.lateMeans}
        </p>
      )}
    </div>
  );
}

function Applications({ applications }: Pick<TenantDetail, 'applications'>) {
  return (
    <section aria-labelledby="applications">
      <h2 id="applications">{TENANT.applications}</h2>
      {applications.length === 0 ? (
        <p class="quiet">{TENANT.noApplications}</p>
      ) : (
        <ul class="plain tenant-applications">
          {applications.map(({ appName, plan }) => (
            <li key={appName}>
              {appName} {plan !== null && <span class="quiet">{plan}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
