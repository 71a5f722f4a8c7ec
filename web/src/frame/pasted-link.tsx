import { useState } from 'preact/hooks';
import { exchange, Refusal, Unreachable } from '../api/request.js';
import { Button } from '../controls/button.js';
import { Field } from '../controls/field.js';
import { Problem } from '../controls/problem.js';
import { tellTabs } from '../messages.js';
import { TEXTS } from '../texts.js';

const LINK_ROUTE = '/dashboard/api/sign-in/link';
/** The code of a link stands in its fragment. */
const CODE = /#code=([\w-]+)$/;
const FIELD = 'pasted-link';
const { ended: texts } = TEXTS;

/** Signs in again by a link that is pasted, without leaving the page. */
export function PastedLink() {
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Refusal | Unreachable | null>(null);
  const refuse = (text: string) => {
    setFault(text);
    // It is read out with its field.
    document.getElementById(FIELD)?.focus();
  };
  const redeem = async (code: string) => {
    setBusy(true);
    setError(null);
    try {
      await exchange(LINK_ROUTE, { method: 'POST', body: { code } });
      // This tab hears it too, and goes on.
      tellTabs('signed-in');
    } catch (failure) {
      if (!(failure instanceof Refusal || failure instanceof Unreachable)) throw failure;
      const isOfLink = failure instanceof Refusal && (failure.status === 404 || failure.status === 400);
      if (isOfLink) refuse(texts.usedLink);
      else setError(failure);
    }
    setBusy(false);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const [, code] = CODE.exec(typed.trim()) ?? [];
    if (code === undefined) return refuse(texts.noLink);
    setFault('');
    if (!isBusy) void redeem(code);
  };
  return (
    <form class="form" noValidate onSubmit={submit}>
      <Field
        id={FIELD}
        label={texts.paste}
        value={typed}
        onValue={setTyped}
        hint={texts.pasteHint}
        error={fault || undefined}
      />
      {error && <Problem error={error} isNews />}
      <div>
        <Button type="submit" isBusy={isBusy}>
          {texts.pasted}
        </Button>
      </div>
    </form>
  );
}
