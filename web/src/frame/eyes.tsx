import { useContext } from 'preact/hooks';
import type { Place } from '../api/tenants.js';
import { tenantPath } from '../paths.js';
import { SessionContext } from '../session.js';
import { TEXTS } from '../texts.js';

/** With whose eyes one looks; where these are not one's own, the way out stands beside it. */
export function Eyes({ place }: { readonly place: Place | undefined }) {
  const session = useContext(SessionContext);
  const { frame } = TEXTS;
  if (!place) return <span class="eyes">{session && frame.eyes(session.grants)}</span>;
  return (
    <span class="eyes eyes-other">
      <strong class="eyes-name" title={frame.asTenant(place.subdomain)}>
        {frame.asTenant(place.subdomain)}
      </strong>
      {place.isSuspended && <span class="eyes-state">{frame.isSuspended}</span>}
      <a href={tenantPath(place.tenantId)} aria-label={frame.leaveEyesOf(place.subdomain)}>
        {frame.leaveEyes}
      </a>
    </span>
  );
}
