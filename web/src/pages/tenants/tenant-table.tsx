import type { TenantRow } from '../../api/tenants.js';
import '../../controls/list.css';
import { tenantPath } from '../../paths.js';
import { TENANTS, percent } from '../../texts/tenants.js';
import { counted } from '../../time.js';

interface TenantTableProps {
  readonly rows: readonly TenantRow[];
  /** The calls of whoever makes most: its bar is as wide as there is room. */
  readonly most: number;
}

/** A page of tenants: a row each, on a phone a card each. */
export function TenantTable({ rows, most }: TenantTableProps) {
  return (
    <table class="list tenants">
      <caption class="unseen">{TENANTS.table}</caption>
      <thead>
        <tr>
          <th scope="col">{TENANTS.tenant}</th>
          <th scope="col">{TENANTS.share}</th>
          <th scope="col" class="number">
            {TENANTS.calls}
          </th>
          <th scope="col" class="number">
            {TENANTS.failed}
          </th>
          <th scope="col" class="number">
            {TENANTS.late}
          </th>
          <th scope="col" class="number">
            {TENANTS.jobs}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.tenantId} row={row} most={most} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, most }: { readonly row: TenantRow; readonly most: number }) {
  const { tenantId, subdomain, isSuspended, isProvider, calls, failed, unknown, share, lateP99Ms } = row;
  return (
    <tr>
      <th scope="row">
        <a class="name" href={tenantPath(tenantId)}>
          {subdomain}
        </a>
        {isProvider && <span class="quiet"> {TENANTS.own}</span>}
        {isSuspended && <span class="tenant-suspended"> {TENANTS.suspended}</span>}
      </th>
      <td data-label={TENANTS.share}>
        <span class="share">
          <ShareBar share={most === 0 ? 0 : calls / most} />
          <span class="share-number">{percent(share)}</span>
        </span>
      </td>
      <td data-label={TENANTS.calls} class="number">
        {counted(calls)}
      </td>
      <td data-label={TENANTS.failed} class="number">
        <span class={failed > 0 ? 'outcome-failure' : undefined}>{counted(failed)}</span>
        {unknown > 0 && <span class="quiet"> {TENANTS.unknown(unknown)}</span>}
      </td>
      <td data-label={TENANTS.late} class="number">
        {lateP99Ms === null ? TENANTS.nothing : TENANTS.lateBy(lateP99Ms)}
      </td>
      <td data-label={TENANTS.jobs} class="number">
        {TENANTS.ofMost(row.jobs, row.limits.jobs.most)}
      </td>
    </tr>
  );
}

const WIDE = 100;
/** Some is never drawn as none. */
const LEAST = 1;

function ShareBar({ share }: { readonly share: number }) {
  const width = share === 0 ? 0 : Math.max(LEAST, Math.min(1, share) * WIDE);
  return (
    <svg
      class="share-bar"
      viewBox={`0 0 ${WIDE} 8`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="share-ground" width={WIDE} height="8" />
      <rect class="share-own" width={width} height="8" />
    </svg>
  );
}
