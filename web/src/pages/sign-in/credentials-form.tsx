import { useEffect, useState } from 'preact/hooks';
import { Refusal, type Unreachable } from '../../api/request.js';
import { Button } from '../../controls/button.js';
import { Field } from '../../controls/field.js';
import { Message } from '../../controls/message.js';
import { Problem } from '../../controls/problem.js';
import { SIGN_IN } from '../../texts/sign-in.js';
import { enter } from './entering.js';

const EMPTY = { clientId: '', clientSecret: '', subdomain: '' };
const REQUIRED = ['clientId', 'clientSecret'] as const;
/** Where the service does not say how long to wait. */
const WAIT_S = 60;

/** The client id and secret of a binding, typed once; with a subdomain one acts as that tenant. */
export function CredentialsForm({ onNoCookie }: { readonly onNoCookie: () => void }) {
  const [typed, setTyped] = useState(EMPTY);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Refusal | Unreachable | null>(null);
  const type = (name: keyof typeof EMPTY) => (value: string) =>
    setTyped((former) => ({ ...former, [name]: value }));
  const lacks = (name: (typeof REQUIRED)[number]) =>
    isTried && typed[name].trim() === '' ? SIGN_IN.missing[name] : undefined;

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    const missing = REQUIRED.find((name) => typed[name].trim() === '');
    if (missing) return document.getElementById(missing)?.focus();
    setBusy(true);
    setError(null);
    try {
      const { clientId, clientSecret, subdomain } = typed;
      const tenant = subdomain.trim() === '' ? {} : { subdomain: subdomain.trim() };
      if (!(await enter({ clientId: clientId.trim(), clientSecret: clientSecret.trim(), ...tenant })))
        onNoCookie();
    } catch (failure) {
      setError(failure as Refusal | Unreachable);
      setBusy(false);
    }
  };
  return (
    <form class="form" noValidate onSubmit={(event) => void submit(event)}>
      {error && <Failed error={error} />}
      <Field
        id="clientId"
        label={SIGN_IN.clientId}
        value={typed.clientId}
        onValue={type('clientId')}
        error={lacks('clientId')}
        autocomplete="username"
      />
      <Field
        id="clientSecret"
        label={SIGN_IN.clientSecret}
        value={typed.clientSecret}
        onValue={type('clientSecret')}
        error={lacks('clientSecret')}
        autocomplete="current-password"
        isSecret
      />
      <Field
        id="subdomain"
        label={SIGN_IN.subdomain}
        value={typed.subdomain}
        onValue={type('subdomain')}
        hint={SIGN_IN.subdomainHint}
        isOptional
      />
      <div class="actions">
        <Button kind="emphasized" type="submit" isBusy={isBusy}>
          {isBusy ? SIGN_IN.signingIn : SIGN_IN.asThis}
        </Button>
      </div>
    </form>
  );
}

function Failed({ error }: { readonly error: Refusal | Unreachable }) {
  const status = error instanceof Refusal ? error.status : 0;
  if (error instanceof Refusal && status === 429) return <TooMany seconds={error.retryAfterS ?? WAIT_S} />;
  if (error instanceof Refusal && status === 403) {
    return (
      <Message kind="error" title={SIGN_IN.refused} isNews>
        <p>{error.detail}</p>
      </Message>
    );
  }
  if (status !== 401) return <Problem error={error} isNews />;
  return (
    <Message kind="error" title={SIGN_IN.wrong} isNews>
      <p>{SIGN_IN.wrongText}</p>
    </Message>
  );
}

/** Counts down. Only the title is read out: the seconds would be read each time. */
function TooMany({ seconds }: { readonly seconds: number }) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const until = Date.now() + seconds * 1_000;
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1_000))), 1_000);
    return () => clearInterval(timer);
  }, [seconds]);
  return (
    <Message kind="warning" title={SIGN_IN.tooMany} isNews>
      <p aria-live="off">{left > 0 ? SIGN_IN.tooManyText(left) : SIGN_IN.tooManyNow}</p>
    </Message>
  );
}
