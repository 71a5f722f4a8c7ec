import { useState } from 'preact/hooks';
import type { Refusal, Unreachable } from '../../api/request.js';
import type { LookedAtLink, Session } from '../../api/types.js';
import { Button, ButtonLink } from '../../controls/button.js';
import { Message } from '../../controls/message.js';
import { Problem } from '../../controls/problem.js';
import { Minute } from '../../controls/time.js';
import { PATHS } from '../../paths.js';
import { TEXTS } from '../../texts.js';
import { SIGN_IN } from '../../texts/sign-in.js';
import { away } from '../../duration.js';
import { serviceNow } from '../../time.js';
import { enter } from './entering.js';

interface UsableLinkProps {
  readonly code: string;
  readonly link: LookedAtLink;
  readonly who: Session | null;
  readonly onNoCookie: () => void;
  /** The link was used, or made void, since it was looked at. */
  readonly onGone: () => void;
}

/** Says as whom a link signs in, and signs in on a click: opening a link alone, as previews of mails do, uses it up not. */
export function UsableLink({ code, link: { grant, expiresAt }, who, onNoCookie, onGone }: UsableLinkProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Refusal | Unreachable | null>(null);
  const go = async () => {
    setBusy(true);
    setError(null);
    try {
      if (!(await enter({ code }))) onNoCookie();
    } catch (failure) {
      const refusal = failure as Refusal | Unreachable;
      if (isGone(refusal)) return onGone();
      setError(refusal);
      setBusy(false);
    }
  };
  const until = new Date(expiresAt);
  return (
    <>
      {who && (
        <Message kind="warning" title={SIGN_IN.already(TEXTS.who(who))}>
          <p>{SIGN_IN.instead}</p>
        </Message>
      )}
      <p>{SIGN_IN.usable}</p>
      <dl class="facts">
        <Fact name={SIGN_IN.role} value={TEXTS.role(grant.role)} />
        {grant.tenant && <Fact name={SIGN_IN.tenant} value={grant.tenant.subdomain} />}
        <Fact name={SIGN_IN.instance} value={grant.instance.name} />
        <Fact name={SIGN_IN.may} value={TEXTS.may(grant.role)} />
      </dl>
      {error && <Problem error={error} isNews />}
      <div class="actions">
        <Button kind="emphasized" isBusy={isBusy} onPress={() => void go()}>
          {isBusy ? SIGN_IN.signingIn : SIGN_IN.asThis}
        </Button>
        {who && <ButtonLink href={PATHS.home}>{SIGN_IN.stay}</ButtonLink>}
      </div>
      <p class="quiet">
        {SIGN_IN.worksUntil} <Minute at={until} /> ({away(until.getTime(), serviceNow())}).
      </p>
    </>
  );
}

const isGone = (error: Refusal | Unreachable) => 'status' in error && error.status === 404;

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
