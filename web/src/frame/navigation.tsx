import { useLocation } from 'preact-iso/router';
import { useContext, useEffect, useRef } from 'preact/hooks';
import { IconButton } from '../controls/button.js';
import { Icon } from '../controls/icon.js';
import { useLive } from '../controls/use-live.js';
import { PATHS } from '../paths.js';
import { SessionContext, useSeesTenants } from '../session.js';
import { TEXTS } from '../texts.js';
import { ThemeSwitch } from './theme-switch.js';

export const NAVIGATION = 'navigation';

/** The pages that there are. On a wide screen they stand at the left, on a phone they open over the page. */
export function Navigation() {
  const { path } = useLocation();
  const version = useContext(SessionContext)?.version;
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const close = () => place.current?.matches(':popover-open') && place.current.hidePopover();
    close();
    // Where the window grows, the same element becomes the column at the left.
    const wide = window.matchMedia('(width >= 60rem)');
    wide.addEventListener('change', close);
    return () => wide.removeEventListener('change', close);
  }, [path]);
  return (
    <nav ref={place} id={NAVIGATION} class="navigation" popover="auto" aria-label={TEXTS.frame.pages}>
      <IconButton icon="close" name={TEXTS.close} opens={NAVIGATION} classes="navigation-close" />
      <ul class="plain">
        <Entry name="home" />
        <Entry name="jobs" />
        <Entry name="runs" />
        <Entry name="plan" />
        <Entry name="signingKeys" />
        {useSeesTenants() && <Entry name="tenants" />}
      </ul>
      <div class="navigation-foot">
        <ThemeSwitch />
        <p class="quiet">{version && TEXTS.frame.version(version)}</p>
      </div>
    </nav>
  );
}

/** A page; where one is on it or below it, that is said. */
function Entry({ name }: { readonly name: 'home' | 'jobs' | 'runs' | 'plan' | 'signingKeys' | 'tenants' }) {
  const { path } = useLocation();
  const isLive = useLive();
  const href = PATHS[name];
  const isHere = name === 'home' ? `${path}/` === href : path.startsWith(href);
  return (
    <li>
      <a href={href} aria-current={isLive && isHere ? 'page' : undefined}>
        <Icon name={name} />
        {TEXTS.frame[name]}
      </a>
    </li>
  );
}
