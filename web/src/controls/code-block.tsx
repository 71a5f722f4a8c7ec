import { useEffect, useRef, useState } from 'preact/hooks';
import { TEXTS } from '../texts.js';
import { Button } from './button.js';

const SHOWN_MS = 4_000;

/** Something to paste elsewhere, with a button that copies it. */
export function CodeBlock({ code, name }: { readonly code: string; readonly name: string }) {
  const place = useRef<HTMLElement>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      setSaid(TEXTS.copied);
    } catch {
      // A page over plain http may not write the clipboard; one over https may be forbidden to.
      if (place.current) window.getSelection()?.selectAllChildren(place.current);
      setSaid(TEXTS.selected);
    }
  };
  return (
    <div class={code.includes('\n') ? 'code-block code-block-long' : 'code-block'}>
      <pre tabIndex={0} role="region" aria-label={name}>
        <code ref={place}>{code}</code>
      </pre>
      <Button kind="lite" icon={said === TEXTS.copied ? 'done' : 'copy'} onPress={() => void copy()}>
        <span role="status">{said || TEXTS.copy}</span>
      </Button>
    </div>
  );
}
