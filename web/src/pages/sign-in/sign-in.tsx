import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Refusal, Unreachable } from '../../api/request.js';
import type { LookedAtLink, Session } from '../../api/types.js';
import { Button } from '../../controls/button.js';
import { Bell } from '../../controls/icon.js';
import { Late } from '../../controls/late.js';
import { Problem } from '../../controls/problem.js';
import { ThemeSwitch } from '../../frame/theme-switch.js';
import { TEXTS } from '../../texts.js';
import { SIGN_IN } from '../../texts/sign-in.js';
import { Already } from './already.js';
import { lookAtLink, whoIsSignedIn } from './entering.js';
import { NoCookie } from './no-cookie.js';
import { UsableLink } from './usable-link.js';
import { Ways } from './ways.js';

/** What is known when the page has looked: who is signed in, and what the link permits (null: it cannot be used). */
interface Known {
  readonly who: Session | null;
  readonly link?: LookedAtLink | null;
}

/** The page that signs in, by a one-time link or by credentials. */
export function SignIn({ code }: { readonly code: string | null }) {
  const [known, setKnown] = useState<Known | null>(null);
  const [error, setError] = useState<Refusal | Unreachable | null>(null);
  const [hasNoCookie, setNoCookie] = useState(false);
  const look = async () => {
    setError(null);
    try {
      const [who, link] = await Promise.all([whoIsSignedIn(), code === null ? undefined : lookAtLink(code)]);
      setKnown(link === undefined ? { who } : { who, link });
    } catch (failure) {
      setError(failure as Refusal | Unreachable);
    }
  };
  useEffect(() => void look(), [code]);
  return (
    <Card>
      {hasNoCookie ? (
        <NoCookie />
      ) : error ? (
        <>
          <Problem error={error} isNews />
          <Button onPress={() => void look()}>{TEXTS.retry}</Button>
        </>
      ) : known ? (
        <Choice known={known} code={code} onNoCookie={() => setNoCookie(true)} onGone={() => void look()} />
      ) : (
        <Late>
          <p class="quiet">{SIGN_IN.looking}</p>
        </Late>
      )}
    </Card>
  );
}

function Card({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="entrance">
      <main id="content" class="card">
        <header class="entrance-head">
          <Bell />
          <h1>{SIGN_IN.first}</h1>
        </header>
        {children}
      </main>
      <footer>
        <ThemeSwitch />
      </footer>
    </div>
  );
}

interface ChoiceProps {
  readonly known: Known;
  readonly code: string | null;
  readonly onNoCookie: () => void;
  readonly onGone: () => void;
}

function Choice({ known: { who, link }, code, onNoCookie, onGone }: ChoiceProps) {
  const [isOther, setOther] = useState(false);
  if (link && code !== null) return <UsableLink {...{ code, link, who, onNoCookie, onGone }} />;
  if (who && !isOther) return <Already who={who} isUnusable={link === null} onOther={() => setOther(true)} />;
  return <Ways isUnusable={link === null} onNoCookie={onNoCookie} />;
}
