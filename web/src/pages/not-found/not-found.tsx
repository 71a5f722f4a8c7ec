import { useLocation } from 'preact-iso/router';
import { ButtonLink } from '../../controls/button.js';
import { Page } from '../../frame/page.js';
import { PATHS } from '../../paths.js';
import { TEXTS } from '../../texts.js';

export function NotFound() {
  const { path } = useLocation();
  return (
    <Page title={TEXTS.notFound.title} first={TEXTS.notFound.first}>
      <p class="lead">{TEXTS.notFound.text(path)}</p>
      <ButtonLink kind="emphasized" href={PATHS.home}>
        {TEXTS.notFound.home}
      </ButtonLink>
    </Page>
  );
}
