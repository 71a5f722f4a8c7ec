import { useLocation } from 'preact-iso/router';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { lookAs } from '../api/request.js';
import { isLost, useResource, type Resource } from '../api/resource.js';
import { hasEnded, SESSION_PATH } from '../api/signed-in.js';
import { placeRoute, type Place } from '../api/tenants.js';
import type { Session } from '../api/types.js';
import { IconButton } from '../controls/button.js';
import { Bell } from '../controls/icon.js';
import { useLive } from '../controls/use-live.js';
import { Pages } from '../pages/pages.js';
import { EYES, newJobPath, ownAddress, PATHS } from '../paths.js';
import {
  isOfProvider,
  isSame,
  isSeenBy,
  seenAs,
  SessionContext,
  signInPath,
  useMayChange,
  useSeesTenants,
} from '../session.js';
import { useStore } from '../store.js';
import { TEXTS } from '../texts.js';
import { Account } from './account.js';
import { Clock } from './clock.js';
import { Eyes } from './eyes.js';
import { Help } from './help.js';
import { readKeys, useKeys } from './keys.js';
import { Navigation, NAVIGATION } from './navigation.js';
import { NoPlace, NotYourPlace, SuspendedPlace } from './no-place.js';
import { NoSession } from './no-session.js';
import { SessionEnded } from './session-ended.js';
import { StatusBar, toStatusBar } from './status-bar.js';

/** What stands around every page. As long as it is not live it is what the page's HTML holds. */
export function Frame() {
  const isLive = useLive();
  const { body: session, error } = useResource<Session>(isLive ? SESSION_PATH : null, {
    isAskedOnSight: true,
  });
  const isOver = useStore(hasEnded);
  const eyes = usePlace(isLive);
  useSamePerson(session);
  useLayoutEffect(() => {
    if (isOver && !session) window.location.replace(signInPath());
  }, [isOver, session]);
  return (
    <SessionContext.Provider value={session}>
      <a class="skip button button-emphasized" href="#content">
        {TEXTS.frame.skip}
      </a>
      <Bar place={eyes.place} />
      <div class="body">
        <Navigation />
        <main id="content" tabIndex={-1}>
          {isOver && (!session || (eyes.error && !eyes.place)) ? null : (
            <Content
              session={session}
              error={error}
              place={eyes.place}
              placeError={eyes.error}
              isLive={isLive}
            />
          )}
          <StatusBar />
        </main>
      </div>
      <SessionEnded isOpen={isOver && session !== undefined} />
    </SessionContext.Provider>
  );
}

interface ContentProps {
  readonly session: Session | undefined;
  readonly error: Resource<Session>['error'];
  readonly place: Place | undefined;
  readonly placeError: Resource<Place>['error'];
  readonly isLive: boolean;
}

/** The page of the address, or why it cannot be shown. */
function Content({ session, error, place, placeError, isLive }: ContentProps) {
  if (error && !session) return <NoSession error={error} />;
  if (EYES !== null && session && !session.grants.some(isOfProvider)) return <AsTenant session={session} />;
  if (placeError && !place) return <NoPlace error={placeError} />;
  if (place?.isSuspended && session) return <SuspendedPlace place={place} session={session} />;
  if (!isLive || (EYES !== null && !place)) return null;
  return (
    <SessionContext.Provider value={(place && seenAs(session, place)) ?? session}>
      <Pages />
    </SessionContext.Provider>
  );
}

/** A tenant that follows the link of a provider: to its own pages, else nowhere. */
function AsTenant({ session }: { readonly session: Session }) {
  const isOwn = isSeenBy(session, EYES ?? '');
  useLayoutEffect(() => {
    if (isOwn) window.location.replace(ownAddress(window.location));
  }, [isOwn]);
  return isOwn ? null : <NotYourPlace session={session} />;
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

function Bar({ place }: { readonly place: Place | undefined }) {
  const [isHelping, setHelping] = useState(false);
  const { route } = useLocation();
  const seesTenants = useSeesTenants();
  const mayChange = useMayChange() ?? false;
  const may = { seesTenants, mayChange };
  const keys = useMemo(
    () => ({
      '?': () => setHelping(true),
      'g o': () => route(PATHS.home),
      'g j': () => route(PATHS.jobs),
      'g r': () => route(PATHS.runs),
      'g p': () => route(PATHS.plan),
      ...(mayChange && { n: () => route(newJobPath()) }),
      ...(seesTenants && { 'g t': () => route(PATHS.tenants) }),
      '/': toSearch,
    }),
    [route, seesTenants, mayChange],
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
      <Lost />
      <Help {...may} isOpen={isHelping} onClose={() => setHelping(false)} />
    </header>
  );
}

/** Goes to the search of the list that is shown. */
function toSearch(): void {
  document.querySelector<HTMLInputElement>('main input[type="search"]')?.focus();
}

/** Says below the header, wherever one has scrolled to, that no answer comes. It moves nothing. */
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
