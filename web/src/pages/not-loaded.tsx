import { useEffect, useState } from 'preact/hooks';
import { Button } from '../controls/button.js';
import { Page } from '../frame/page.js';
import { TEXTS } from '../texts.js';

/** What the service says of its pages: the same as this document, others after an upgrade, or nothing. */
type Told = 'same' | 'new' | 'nothing';

/**
 * What stands instead of a page whose script did not come. A browser remembers that a script did not come for as long as
 * the document lasts, so trying again is loading the document again, once the service answers at all.
 */
export function NotLoaded() {
  const [told, setTold] = useState<Told | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { errors } = TEXTS;
  useEffect(() => void look().then((first) => setTold(first === 'new' ? first : null)), []);
  const isNew = told === 'new';
  const again = async () => {
    setBusy(true);
    const now = await look();
    if (now !== 'nothing') return window.location.reload();
    setTold(now);
    setBusy(false);
  };
  const title = isNew ? errors.newVersion : errors.notLoaded;
  return (
    <Page title={title} first={title}>
      <p class="lead">{isNew ? errors.newVersionText : errors.notLoadedText}</p>
      <div class="actions">
        <Button kind="emphasized" isBusy={isBusy} onPress={() => void again()}>
          {isNew ? errors.loadNewVersion : TEXTS.retry}
        </Button>
        <span role="status">{told === 'nothing' && !isBusy ? errors.stillLost : ''}</span>
      </div>
    </Page>
  );
}

/** Looks whether the service's page of this address still has the script of this document. */
async function look(): Promise<Told> {
  const script = document.querySelector('script[type="module"]')?.getAttribute('src');
  try {
    const response = await fetch(window.location.href, { cache: 'no-store' });
    if (!response.ok && response.status !== 404) return 'nothing';
    return !script || (await response.text()).includes(script) ? 'same' : 'new';
  } catch {
    return 'nothing';
  }
}
