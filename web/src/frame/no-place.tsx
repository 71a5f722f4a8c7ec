import { Refusal, type Unreachable } from '../api/request.js';
import { ButtonLink } from '../controls/button.js';
import { failureLines, failureTitle } from '../controls/problem.js';
import { EYES, OWN_HOME } from '../paths.js';
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
