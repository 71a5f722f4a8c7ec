import { Refusal, type Unreachable } from '../api/request.js';
import { ButtonLink } from '../controls/button.js';
import { failureLines, failureTitle } from '../controls/problem.js';
import type { Place } from '../api/tenants.js';
import type { Session } from '../api/types.js';
import { EYES, OWN_HOME, tenantPath } from '../paths.js';
import { TEXTS } from '../texts.js';
import { Page } from './page.js';

/** What stands instead of a page where one cannot look with the eyes that the address names: why, and the way back. */
export function NoPlace({ error }: { readonly error: Refusal | Unreachable }) {
  const { frame } = TEXTS;
  const isUnknown = error instanceof Refusal && error.status === 404;
  const title = isUnknown ? frame.noTenant(EYES ?? '') : failureTitle(error);
  return (
    <Page title={title} first={title} isHome>
      <div class="lead" role="alert">
        {(isUnknown ? [frame.noTenantText] : failureLines(error, true)).map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <ButtonLink href={OWN_HOME}>{frame.ownHome}</ButtonLink>
    </Page>
  );
}

/** What stands where the address names a tenant, and whoever looks is another one. */
export function NotYourPlace({ session }: { readonly session: Session }) {
  const { frame } = TEXTS;
  const title = frame.notYourTenant(EYES ?? '');
  return (
    <Page title={title} first={title} isHome>
      <p class="lead" role="alert">
        {frame.notYourTenantText(TEXTS.who(session))}
      </p>
      <ButtonLink href={OWN_HOME}>{frame.ownHome}</ButtonLink>
    </Page>
  );
}

/** What stands where a provider looks as a tenant that is suspended: the service refuses the tenant everything. */
export function SuspendedPlace({ place, session }: { readonly place: Place; readonly session: Session }) {
  const { frame } = TEXTS;
  const title = frame.suspendedTenant(place.subdomain);
  const mayResume = session.grants.some(({ role }) => role === 'provider admin');
  return (
    <Page title={title} first={title} isHome>
      <p class="lead" role="alert">
        {mayResume ? frame.suspendedText : frame.suspendedViewer}
      </p>
      <ButtonLink href={tenantPath(place.tenantId)}>{frame.toTenant(place.subdomain)}</ButtonLink>
    </Page>
  );
}
