import { useLocation } from 'preact-iso/router';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { hasEnded, isLost, useResource } from '../api/resource.js';
import type { Session } from '../api/types.js';
import { IconButton } from '../controls/button.js';
import { Bell } from '../controls/icon.js';
import { useLive } from '../controls/use-live.js';
import { Pages } from '../pages/pages.js';
import { PATHS } from '../paths.js';
import { isSame, SESSION_PATH, SessionContext, signInPath } from '../session.js';
import { useStore } from '../store.js';
import { TEXTS } from '../texts.js';
import { Account } from './account.js';
import { Clock } from './clock.js';
import { Help } from './help.js';
import { readKeys, useKeys } from './keys.js';
import { Navigation, NAVIGATION } from './navigation.js';
import { NoSession } from './no-session.js';
import { SessionEnded } from './session-ended.js';

/** What stands around every page. As long as it is not live it is what the page's HTML holds. */
export function Frame() {
  const isLive = useLive();
  const { body: session, error } = useResource<Session>(isLive ? SESSION_PATH : null);
  const isOver = useStore(hasEnded);
  useSamePerson(session);
  useLayoutEffect(() => {
    if (isOver && !session) window.location.replace(signInPath());
  }, [isOver, session]);
  return (
    <SessionContext.Provider value={session}>
      <a class="skip button button-emphasized" href="#content">
        {TEXTS.frame.skip}
      </a>
      <Bar session={session} />
      <div class="body">
        <Navigation />
        <main id="content" tabIndex={-1}>
          <Lost />
          {error && !session ? !isOver && <NoSession error={error} /> : isLive && <Pages />}
        </main>
      </div>
      <SessionEnded isOpen={isOver && session !== undefined} />
    </SessionContext.Provider>
  );
}

function Bar({ session }: { readonly session: Session | undefined }) {
  const [isHelping, setHelping] = useState(false);
  const { route } = useLocation();
  const keys = useMemo(() => ({ '?': () => setHelping(true), 'g o': () => route(PATHS.home) }), [route]);
  useKeys(keys);
  useEffect(readKeys, []);
  return (
    <header class="bar">
      <IconButton icon="menu" name={TEXTS.frame.pages} opens={NAVIGATION} classes="menu-button" />
      <a class="product" href={PATHS.home}>
        <Bell />
        {TEXTS.product}
      </a>
      <div class="context">
        <span class="eyes">{session && TEXTS.frame.eyes(session.grants)}</span>
        <Clock />
      </div>
      <IconButton icon="help" name={TEXTS.help.open} onPress={() => setHelping(true)} />
      <Account />
      <Help isOpen={isHelping} onClose={() => setHelping(false)} />
    </header>
  );
}

/** Says at the top that no answer comes; it covers nothing and moves nothing. */
function Lost() {
  const isAway = useStore(isLost);
  return (
    <div class="lost" role="status">
      {isAway && <p>{TEXTS.frame.lost}</p>}
    </div>
  );
}

/** Loads the page anew where someone else has signed in meanwhile: what it shows is not theirs. */
function useSamePerson(session: Session | undefined): void {
  const former = useRef(session);
  useEffect(() => {
    if (former.current && session && !isSame(former.current, session)) window.location.reload();
    former.current = session;
  }, [session]);
}
