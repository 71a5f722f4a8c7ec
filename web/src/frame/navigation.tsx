import { useLocation } from 'preact-iso/router';
import { useContext, useEffect, useRef } from 'preact/hooks';
import { IconButton } from '../controls/button.js';
import { Icon } from '../controls/icon.js';
import { useLive } from '../controls/use-live.js';
import { EYES, PATHS } from '../paths.js';
import { isOfProvider, SessionContext } from '../session.js';
import { TEXTS } from '../texts.js';
import { ThemeSwitch } from './theme-switch.js';

export const NAVIGATION = 'navigation';

/** The pages that there are. On a wide screen they stand at the left, on a phone they open over the page. */
export function Navigation() {
  const { path } = useLocation();
  const isLive = useLive();
  const session = useContext(SessionContext);
  const version = session?.version;
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const close = () => place.current?.matches(':popover-open') && place.current.hidePopover();
    close();
    // Where the window grows, the same element becomes the column at the left.
    const wide = window.matchMedia('(width >= 60rem)');
    wide.addEventListener('change', close);
    return () => wide.removeEventListener('change', close);
  }, [path]);
  const isHome = isLive && `${path}/` === PATHS.home;
  return (
    <nav ref={place} id={NAVIGATION} class="navigation" popover="auto" aria-label={TEXTS.frame.pages}>
      <IconButton icon="close" name={TEXTS.close} opens={NAVIGATION} classes="navigation-close" />
      <ul class="plain">
        <li>
          <a href={PATHS.home} aria-current={isHome ? 'page' : undefined}>
            <Icon name="home" />
            {TEXTS.frame.home}
          </a>
        </li>
        <li>
          <a href={PATHS.jobs} aria-current={isLive && path.startsWith(PATHS.jobs) ? 'page' : undefined}>
            <Icon name="jobs" />
            {TEXTS.frame.jobs}
          </a>
        </li>
        <li>
          <a href={PATHS.runs} aria-current={isLive && path.startsWith(PATHS.runs) ? 'page' : undefined}>
            <Icon name="runs" />
            {TEXTS.frame.runs}
          </a>
        </li>
        {EYES === null && session?.grants.some(isOfProvider) && (
          <li>
            <a href={PATHS.tenants} aria-current={path.startsWith(PATHS.tenants) ? 'page' : undefined}>
              <Icon name="tenants" />
              {TEXTS.frame.tenants}
            </a>
          </li>
        )}
      </ul>
      <div class="navigation-foot">
        <ThemeSwitch />
        <p class="quiet">{version && TEXTS.frame.version(version)}</p>
      </div>
    </nav>
  );
}
