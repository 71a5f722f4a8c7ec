import { useEffect, useRef, useState } from 'preact/hooks';
import { send } from '../../api/request.js';
import { MOST_SIGNING_KEYS, SIGNING_KEYS, type MadeSigningKey, type SigningKind } from '../../api/signing.js';
import { useAction } from '../../api/use-action.js';
import { Button } from '../../controls/button.js';
import { CodeBlock } from '../../controls/code-block.js';
import { Message } from '../../controls/message.js';
import { Choice } from '../../controls/more-fields.js';
import { Problem } from '../../controls/problem.js';
import { SIGNING } from '../../texts/signing-keys.js';

interface MakeKeyProps {
  /** How many there are. */
  readonly count: number;
  readonly onMade: (key: MadeSigningKey | null) => void;
}

/** Makes a key of one of two kinds. */
export function MakeKey({ count, onMade }: MakeKeyProps) {
  const [kind, setKind] = useState<SigningKind>('v1');
  const { isBusy, error, start } = useAction();
  const make = async () => {
    const { body } = await send<MadeSigningKey>(SIGNING_KEYS, { method: 'POST', body: { kind } });
    onMade(body ?? null);
  };
  if (count >= MOST_SIGNING_KEYS) return <p class="quiet">{SIGNING.enough}</p>;
  return (
    <section aria-labelledby="make">
      <h2 id="make">{SIGNING.make}</h2>
      <Choice
        name="kind"
        label={SIGNING.kindLabel}
        value={kind}
        onValue={setKind}
        options={SIGNING.makeKinds}
      />
      <p class="quiet">{SIGNING.kindTexts[kind]}</p>
      <div class="actions">
        <Button kind="emphasized" isBusy={isBusy} onPress={() => start(make)}>
          {isBusy ? SIGNING.making : SIGNING.makeButton}
        </Button>
      </div>
      {error && <Problem error={error} isNews />}
    </section>
  );
}

/** That a key was made just now, with what is shown this once: it is gone to, for the button that made it may be far below. */
export function Made({ made: { secret } }: { readonly made: MadeSigningKey }) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <section ref={place} class="key-made" tabIndex={-1} aria-label={SIGNING.madeNow}>
      {secret === undefined ? (
        <Message kind="information" title={SIGNING.hasPublic} isNews />
      ) : (
        <Message kind="warning" title={SIGNING.copyNow} isNews>
          <p>{SIGNING.copyText}</p>
          <CodeBlock name={SIGNING.secret} code={secret} />
        </Message>
      )}
    </section>
  );
}
