import { useState } from 'preact/hooks';
import type { Refusal, Unreachable } from '../../api/request.js';
import type { LookedAtLink, Session } from '../../api/types.js';
import { Button, ButtonLink } from '../../controls/button.js';
import { Message } from '../../controls/message.js';
import { Problem } from '../../controls/problem.js';
import { Minute } from '../../controls/time.js';
import { PATHS } from '../../paths.js';
import { TEXTS } from '../../texts.js';
import { away } from '../../duration.js';
import { enter } from './entering.js';

interface UsableLinkProps {
  readonly code: string;
  readonly link: LookedAtLink;
  readonly who: Session | null;
  readonly onNoCookie: () => void;
}

/** Says as whom a link signs in, and signs in on a click: opening a link alone, as previews of mails do, uses it up not. */
export function UsableLink({ code, link: { grant, expiresAt }, who, onNoCookie }: UsableLinkProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Refusal | Unreachable | null>(null);
  const { signIn } = TEXTS;
  const go = async () => {
    setBusy(true);
    setError(null);
    try {
      if (!(await enter({ code }))) onNoCookie();
    } catch (failure) {
      setError(failure as Refusal | Unreachable);
      setBusy(false);
    }
  };
  const until = new Date(expiresAt);
  return (
    <>
      {who && (
        <Message kind="warning" title={signIn.already(TEXTS.who(who))}>
          <p>{signIn.instead}</p>
        </Message>
      )}
      <p>{signIn.usable}</p>
      <dl class="facts">
        <Fact name={signIn.role} value={TEXTS.role(grant.role)} />
        {grant.tenant && <Fact name={signIn.tenant} value={grant.tenant.subdomain} />}
        <Fact name={signIn.instance} value={grant.instance.name} />
        <Fact name={signIn.may} value={TEXTS.may(grant.role)} />
      </dl>
      {error && (isGone(error) ? <Unusable /> : <Problem error={error} isNews />)}
      <div class="actions">
        <Button kind="emphasized" isBusy={isBusy} onPress={() => void go()}>
          {isBusy ? signIn.signingIn : signIn.asThis}
        </Button>
        {who && <ButtonLink href={PATHS.home}>{signIn.stay}</ButtonLink>}
      </div>
      <p class="quiet">
        {signIn.worksUntil} <Minute at={until} /> ({away(until.getTime(), Date.now())}).
      </p>
    </>
  );
}

const isGone = (error: Refusal | Unreachable) => 'status' in error && error.status === 404;

/** A link that was usable a moment ago, and is not any more. */
function Unusable() {
  return (
    <Message kind="error" title={TEXTS.signIn.unusable} isNews>
      <p>{TEXTS.signIn.unusableText}</p>
    </Message>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
