import { useContext } from 'preact/hooks';
import { EYES } from '../../paths.js';
import { isOfProvider, SessionContext } from '../../session.js';
import { EDITOR } from '../../texts/editor.js';

/** Returns the subdomain of the tenant for which one acts here, with whosever eyes; null for the provider. */
export function useTenant(): string | null {
  const grants = useContext(SessionContext)?.grants ?? [];
  return grants.some(isOfProvider) ? null : (grants[0]?.tenant?.subdomain ?? null);
}

/** Whose a new job will be, where that is not plain: to a provider, who sees the jobs of all and acts for tenants too. */
export function Owner() {
  const tenant = useTenant();
  if (tenant === null) return <p class="quiet">{EDITOR.owner.provider}</p>;
  return EYES === null ? null : <p class="quiet">{EDITOR.owner.tenant(tenant)}</p>;
}
