import { Route, Router } from 'preact-iso/router';
import { useErrorBoundary } from 'preact/hooks';
import { Button } from '../controls/button.js';
import { Message } from '../controls/message.js';
import { Page } from '../frame/page.js';
import { PATHS } from '../paths.js';
import { TEXTS } from '../texts.js';
import { Home } from './home/home.js';
import { NotFound } from './not-found/not-found.js';

/** The page of the address. A reader of screens goes on at its beginning. */
export function Pages() {
  // Whatever was thrown: Preact says `any`.
  const [failure] = useErrorBoundary() as [unknown, () => void];
  if (failure !== undefined) return <Broken failure={failure} />;
  return (
    <Router onRouteChange={() => document.getElementById('content')?.focus()}>
      <Route path={PATHS.home} component={Home} />
      <Route default component={NotFound} />
    </Router>
  );
}

function Broken({ failure }: { readonly failure: unknown }) {
  const { errors } = TEXTS;
  return (
    <Page title={errors.broken} first={errors.broken}>
      <p class="lead">{errors.brokenText}</p>
      <Message kind="error" title={String(failure)} isNews />
      <Button kind="emphasized" onPress={() => window.location.reload()}>
        {errors.reload}
      </Button>
    </Page>
  );
}
