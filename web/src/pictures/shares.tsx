import { useState } from 'preact/hooks';
import type { TenantCalls, TenantList } from '../api/tenants.js';
import { tenantPath } from '../paths.js';
import { percent, TENANTS } from '../texts/tenants.js';
import { counted } from '../time.js';
import './shares.css';

const WIDE = 1_000;
const HIGH = 32;
const GAP = 2;

/** A part of all calls: a tenant's, or that of all others together. */
interface Part {
  readonly tenant: TenantCalls | null;
  readonly calls: number;
  readonly from: number;
}

/** Who makes the calls: ten tenants and the rest as one bar, in a sentence, and as a table. */
export function Shares({ list }: { readonly list: TenantList }) {
  const { calls, half } = list;
  const parts = partsOf(list);
  const widthOf = (part: Part) => (part.calls / calls) * WIDE;
  return (
    <figure class="shares" aria-label={TENANTS.picture}>
      <figcaption>{TENANTS.sentence(calls, half, list.top[0]?.calls)}</figcaption>
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {calls === 0 && <rect class="share-ground" width={WIDE} height={HIGH} />}
        {parts.map((part, place) => (
          <rect
            key={part.tenant?.tenantId ?? ''}
            class={part.tenant === null ? 'share-rest' : place < half ? 'share-own' : 'share-other'}
            x={(part.from / calls) * WIDE}
            y={4}
            width={Math.max(1, widthOf(part) - GAP)}
            height={HIGH - 8}
          />
        ))}
        {calls > 0 && <path class="share-half" d={`M${WIDE / 2} 0V${HIGH}`} />}
      </svg>
      <ol class="plain share-names">
        {parts.map(({ tenant, calls: own }, place) => (
          <li
            key={tenant?.tenantId ?? ''}
            class={tenant === null ? 'of-rest' : place < half ? 'of-half' : 'of-other'}
          >
            {tenant ? <a href={tenantPath(tenant.tenantId)}>{tenant.subdomain}</a> : TENANTS.others}{' '}
            <span class="quiet">{percent(own / calls)}</span>
          </li>
        ))}
      </ol>
      {parts.length > 0 && <Table list={list} parts={parts} />}
    </figure>
  );
}

function Table({ list, parts }: { readonly list: TenantList; readonly parts: readonly Part[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="as-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{TENANTS.asTable}</summary>
      {isOpen && (
        <table class="numbers">
          <caption class="unseen">{TENANTS.picture}</caption>
          <thead>
            <tr>
              <th scope="col">{TENANTS.tenant}</th>
              <th scope="col">{TENANTS.calls}</th>
              <th scope="col">{TENANTS.share}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map(({ tenant, calls }) => (
              <tr key={tenant?.tenantId ?? ''}>
                <th scope="row">{tenant?.subdomain ?? TENANTS.others}</th>
                <td>{counted(calls)}</td>
                <td>{percent(calls / list.calls)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

/** Returns the parts of the bar, the largest first, what all others make last. */
function partsOf({ calls, top }: TenantList): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const tenant of top) {
    if (tenant.calls === 0) continue;
    parts.push({ tenant, calls: tenant.calls, from });
    from += tenant.calls;
  }
  if (from < calls) parts.push({ tenant: null, calls: calls - from, from });
  return parts;
}
