import type { TenantDetail, TenantLimit } from '../../api/tenants.js';
import { TENANT } from '../../texts/tenants.js';
import { counted } from '../../time.js';

/** What the tenant may use, and what it uses of it where that is counted. */
export function Limits({ limits }: { readonly limits: TenantDetail['limits'] }) {
  return (
    <section aria-labelledby="limits">
      <h2 id="limits">{TENANT.limits}</h2>
      <table class="list limits">
        <caption class="unseen">{TENANT.limits}</caption>
        <thead>
          <tr>
            <th scope="col">{TENANT.limit}</th>
            <th scope="col" class="number">
              {TENANT.used}
            </th>
            <th scope="col" class="number">
              {TENANT.most}
            </th>
            <th>
              <span class="unseen">{TENANT.share}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(limits).map(([name, use]) => (
            <Row key={name} name={TENANT.limitNames[name] ?? name} use={use} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ name, use: { used, most, own } }: { readonly name: string; readonly use: TenantLimit }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td data-label={TENANT.used} class="number">
        {used === null ? <span class="quiet">{TENANT.notCounted}</span> : counted(used)}
      </td>
      <td data-label={TENANT.most} class="number">
        {most === null ? <span class="quiet">{TENANT.noLimit}</span> : counted(most)}
        {most !== null && own === null && <span class="quiet"> {TENANT.isDefault}</span>}
      </td>
      <td class="limit-use">
        {used !== null && most !== null && (
          <meter value={Math.min(used, most)} max={most} high={most * 0.9} optimum={0} aria-label={name} />
        )}
      </td>
    </tr>
  );
}
