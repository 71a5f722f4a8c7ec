import { useEffect } from 'preact/hooks';
import { askAgain } from '../api/resource.js';
import { ButtonLink } from '../controls/button.js';
import { Dialog } from '../controls/dialog.js';
import { hearTabs } from '../messages.js';
import { signInPath } from '../session.js';
import { TEXTS } from '../texts.js';
import { PastedLink } from './pasted-link.js';

/** Keeps the page as it is when its session has ended, and lets it go on once another tab has signed in. */
export function SessionEnded({ isOpen }: { readonly isOpen: boolean }) {
  useEffect(() => hearTabs('signed-in', askAgain), []);
  return (
    <Dialog title={TEXTS.ended.title} isOpen={isOpen}>
      <p>{TEXTS.ended.text}</p>
      <div class="actions">
        <ButtonLink kind="emphasized" href={isOpen ? signInPath() : ''} isNewTab>
          {TEXTS.ended.signIn}
        </ButtonLink>
        <ButtonLink href={isOpen ? signInPath() : ''}>{TEXTS.ended.leave}</ButtonLink>
      </div>
      <PastedLink />
    </Dialog>
  );
}
