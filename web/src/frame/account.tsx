import { useContext, useState } from 'preact/hooks';
import type { Refusal, Unreachable } from '../api/request.js';
import { Button } from '../controls/button.js';
import { Icon } from '../controls/icon.js';
import { Problem } from '../controls/problem.js';
import { Minute } from '../controls/time.js';
import { away } from '../duration.js';
import { SessionContext, signOut } from '../session.js';
import { TEXTS } from '../texts.js';
import { serviceNow } from '../time.js';

const PANEL = 'account';

/** Who is signed in, with which roles and until when; and the way out. */
export function Account() {
  const session = useContext(SessionContext);
  const name = session && TEXTS.whoCapital(session);
  return (
    <>
      <button
        class="button button-lite account-button"
        type="button"
        popovertarget={PANEL}
        aria-label={name ? TEXTS.frame.accountOf(name) : TEXTS.frame.account}
        title={name}
        disabled={!session}
      >
        <Icon name="account" />
        <span class="account-name">{name}</span>
      </button>
      <div
        id={PANEL}
        class="panel account-panel"
        popover="auto"
        role="dialog"
        aria-label={TEXTS.frame.account}
      >
        {session && (
          <>
            <p class="account-person">{name}</p>
            <h2 class="unseen">{TEXTS.frame.roles}</h2>
            <ul class="plain account-roles">
              {session.grants.map((grant) => (
                <li key={`${grant.role} ${grant.instance.id} ${grant.tenant?.tenantId}`}>
                  {TEXTS.grantCapital(grant) !== name && <span>{TEXTS.grantCapital(grant)}</span>}
                  <span class="quiet">{TEXTS.may(grant.role)}</span>
                </li>
              ))}
            </ul>
            <p class="quiet">
              {TEXTS.frame.ways[session.person.way]}, {TEXTS.frame.until}{' '}
              <Minute at={new Date(session.expiresAt)} /> ({away(Date.parse(session.expiresAt), serviceNow())}
              )
            </p>
            <SignOut />
          </>
        )}
      </div>
    </>
  );
}

function SignOut() {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Refusal | Unreachable | null>(null);
  const leave = async () => {
    setBusy(true);
    setError(null);
    try {
      await signOut();
    } catch (refused) {
      setError(refused as Refusal | Unreachable);
      setBusy(false);
    }
  };
  return (
    <>
      {error && <Problem error={error} isNews />}
      <Button isBusy={isBusy} onPress={() => void leave()}>
        {isBusy ? TEXTS.frame.signingOut : TEXTS.frame.signOut}
      </Button>
    </>
  );
}
