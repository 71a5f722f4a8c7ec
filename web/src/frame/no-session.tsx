import type { Refusal, Unreachable } from '../api/request.js';
import { ButtonLink } from '../controls/button.js';
import { failureLines, failureTitle } from '../controls/problem.js';
import { signInPath } from '../session.js';
import { TEXTS } from '../texts.js';
import { Page } from './page.js';

/** What stands instead of a page where nobody can tell who looks: why, and the way to another sign-in. */
export function NoSession({ error }: { readonly error: Refusal | Unreachable }) {
  const title = failureTitle(error);
  return (
    <Page title={title} first={title} isHome>
      <div class="lead" role="alert">
        {failureLines(error, true).map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <ButtonLink href={signInPath()}>{TEXTS.frame.signInAsOther}</ButtonLink>
    </Page>
  );
}
