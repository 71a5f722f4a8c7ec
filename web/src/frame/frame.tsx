import { useLocation } from 'preact-iso/router';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { lookAs } from '../api/request.js';
import { hasEnded, isLost, useResource } from '../api/resource.js';
import { placeRoute, type Place } from '../api/tenants.js';
import type { Session } from '../api/types.js';
import { IconButton } from '../controls/button.js';
import { Bell } from '../controls/icon.js';
import { useLive } from '../controls/use-live.js';
import { Pages } from '../pages/pages.js';
import { EYES, newJobPath, PATHS } from '../paths.js';
import { isOfProvider, isSame, seenAs, SESSION_PATH, SessionContext, signInPath } from '../session.js';
import { useStore } from '../store.js';
import { TEXTS } from '../texts.js';
import { Account } from './account.js';
import { Clock } from './clock.js';
import { Eyes } from './eyes.js';
import { Help } from './help.js';
import { readKeys, useKeys } from './keys.js';
import { Navigation, NAVIGATION } from './navigation.js';
import { NoPlace } from './no-place.js';
import { NoSession } from './no-session.js';
import { SessionEnded } from './session-ended.js';
import { StatusBar, toStatusBar } from './status-bar.js';

/** What stands around every page. As long as it is not live it is what the page's HTML holds. */
export function Frame() {
  const isLive = useLive();
  const { body: session, error } = useResource<Session>(isLive ? SESSION_PATH : null);
  const isOver = useStore(hasEnded);
  const eyes = usePlace(isLive);
  const seen = eyes.place && seenAs(session, eyes.place);
  const isReady = isLive && (EYES === null || eyes.place !== undefined);
  useSamePerson(session);
  useLayoutEffect(() => {
    if (isOver && !session) window.location.replace(signInPath());
  }, [isOver, session]);
  return (
    <SessionContext.Provider value={session}>
      <a class="skip button button-emphasized" href="#content">
        {TEXTS.frame.skip}
      </a>
      <Bar session={session} place={eyes.place} />
      <div class="body">
        <Navigation />
        <main id="content" tabIndex={-1}>
          <Lost />
          {error && !session
            ? !isOver && <NoSession error={error} />
            : eyes.error && !eyes.place
              ? !isOver && <NoPlace error={eyes.error} />
              : isReady && (
                  <SessionContext.Provider value={seen ?? session}>
                    <Pages />
                  </SessionContext.Provider>
                )}
          <StatusBar />
        </main>
      </div>
      <SessionEnded isOpen={isOver && session !== undefined} />
    </SessionContext.Provider>
  );
}

/** Returns the tenant with whose eyes this document looks, and lets every request name it before a page asks for anything. */
function usePlace(isLive: boolean) {
  const [place, setPlace] = useState<Place | undefined>(undefined);
  const wanted = isLive && EYES !== null && !place ? placeRoute(EYES) : null;
  // It is asked for with one's own eyes, and so once: a tenant sees no places.
  const { body, error } = useResource<Place>(wanted);
  if (body && !place) {
    lookAs(body.tenantId);
    setPlace(body);
  }
  return { place, error };
}

interface BarProps {
  readonly session: Session | undefined;
  readonly place: Place | undefined;
}

function Bar({ session, place }: BarProps) {
  const [isHelping, setHelping] = useState(false);
  const { route } = useLocation();
  const seesTenants = EYES === null && (session?.grants.some(isOfProvider) ?? false);
  const keys = useMemo(
    () => ({
      '?': () => setHelping(true),
      'g o': () => route(PATHS.home),
      'g j': () => route(PATHS.jobs),
      'g r': () => route(PATHS.runs),
      n: () => route(newJobPath()),
      ...(seesTenants && { 'g t': () => route(PATHS.tenants) }),
      '/': toSearch,
    }),
    [route, seesTenants],
  );
  useKeys(keys);
  useEffect(readKeys, []);
  useEffect(toStatusBar, []);
  return (
    <header class={place ? 'bar bar-other' : 'bar'}>
      <IconButton icon="menu" name={TEXTS.frame.pages} opens={NAVIGATION} classes="menu-button" />
      <a class="product" href={PATHS.home}>
        <Bell />
        {TEXTS.product}
      </a>
      <div class="context">
        <Eyes place={place} />
        <Clock />
      </div>
      <IconButton icon="help" name={TEXTS.help.open} onPress={() => setHelping(true)} />
      <Account />
      <Help isOpen={isHelping} seesTenants={seesTenants} onClose={() => setHelping(false)} />
    </header>
  );
}

/** Goes to the search of the list that is shown. */
function toSearch(): void {
  document.querySelector<HTMLInputElement>('main input[type="search"]')?.focus();
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
