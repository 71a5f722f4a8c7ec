import { EYES } from '../../paths.js';
import { useTenant } from '../../session.js';
import { EDITOR } from '../../texts/editor.js';

/** Whose a new job will be, where that is not plain: to a provider, who sees the jobs of all and acts for tenants too. */
export function Owner() {
  const tenant = useTenant();
  if (tenant === null) return <p class="quiet">{EDITOR.owner.provider}</p>;
  return EYES === null ? null : <p class="quiet">{EDITOR.owner.tenant(tenant)}</p>;
}
