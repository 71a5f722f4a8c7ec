import { LocationProvider } from 'preact-iso/router';
import { renderToString } from 'preact-render-to-string';
import { Frame } from './frame/frame.js';
import { SignIn } from './pages/sign-in/sign-in.js';
import { PATHS, PATHS_AS_TENANT, ROUTED } from './paths.js';

/** The paths of the pages, and the file of each. Every other path is not found, in the frame of the pages. */
export const PAGES = {
  ...Object.fromEntries(
    [PATHS, PATHS_AS_TENANT].flatMap(Object.values<string>).map((path) => [path, 'index.html']),
  ),
  [PATHS.signIn]: 'sign-in.html',
};

/** Returns what a page shows before its script has run. The build puts it into the page's HTML. */
export function markupOf(file: string): string {
  if (file === 'sign-in.html') return renderToString(<SignIn code={null} />);
  // The router looks at the address. What depends on it is drawn in the browser.
  Object.assign(globalThis, { location: new URL(PATHS.home, 'http://localhost') });
  return renderToString(
    <LocationProvider scope={ROUTED}>
      <Frame />
    </LocationProvider>,
  );
}
