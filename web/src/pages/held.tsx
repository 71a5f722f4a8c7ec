import type { ComponentChildren } from 'preact';
import { LocationProvider, useLocation } from 'preact-iso/router';
import { useContext, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../controls/button.js';
import { Dialog } from '../controls/dialog.js';
import { isSame, SessionContext } from '../session.js';
import { useStore } from '../store.js';
import { LEAVING } from '../texts/leaving.js';
import { unsaved } from '../unsaved.js';

/**
 * Keeps the page that is shown while something is typed in it, whichever way leads elsewhere (a link, a key, the browser's
 * own buttons), until one has said that it may go.
 */
export function Held({ children }: { readonly children: ComponentChildren }) {
  const now = useLocation();
  const isUnsaved = useStore(unsaved);
  const shown = useRef(now);
  const isHeld = isUnsaved && unsaved.get() && now.url !== shown.current.url;
  if (!isHeld) shown.current = now;
  useEffect(() => (isUnsaved ? askOnUnload() : undefined), [isUnsaved]);
  useOnlyForOne();
  const stay = () => {
    // Of what was pushed the browser knows the way back; going back itself is undone by going on.
    if ('wasPush' in now && now.wasPush) now.back();
    else now.route(shown.current.url);
  };
  return (
    <LocationProvider.ctx.Provider value={shown.current}>
      {children}
      <Dialog title={LEAVING.title} isOpen={isHeld} {...(isHeld && { onClose: stay })}>
        <p>{LEAVING.text}</p>
        <div class="actions">
          <Button kind="emphasized" onPress={stay}>
            {LEAVING.stay}
          </Button>
          <Button onPress={() => unsaved.set(false)}>{LEAVING.leave}</Button>
        </div>
      </Dialog>
    </LocationProvider.ctx.Provider>
  );
}

/** Lets the browser ask before a tab is closed, or another document shown. */
function askOnUnload(): () => void {
  const ask = (event: Event) => unsaved.get() && event.preventDefault();
  window.addEventListener('beforeunload', ask);
  return () => window.removeEventListener('beforeunload', ask);
}

/** Gives up what was typed where someone else has signed in: it is not theirs, and the page is loaded anew. */
function useOnlyForOne(): void {
  const session = useContext(SessionContext);
  const first = useRef(session);
  first.current ??= session;
  useLayoutEffect(() => {
    if (first.current && session && !isSame(first.current, session)) unsaved.set(false);
  }, [session]);
}
