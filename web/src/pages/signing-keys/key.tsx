import { useState } from 'preact/hooks';
import { send } from '../../api/request.js';
import { SIGNING_KEYS, type SigningKey } from '../../api/signing.js';
import { Button } from '../../controls/button.js';
import { CodeBlock } from '../../controls/code-block.js';
import { Dialog } from '../../controls/dialog.js';
import { Fact } from '../../controls/fact.js';
import { Moment } from '../../controls/time.js';
import { TypedConfirmation } from '../../controls/typed-confirmation.js';
import { lastChange } from '../../frame/status-bar.js';
import { SIGNING } from '../../texts/signing-keys.js';
import { wireInstant } from '../../time.js';
import { verifyCode } from './verify-code.js';

/** Returns when a key was made, in milliseconds. */
export const madeAt = ({ createdAt }: SigningKey) => wireInstant(createdAt);

interface KeyProps {
  readonly signingKey: SigningKey;
  readonly hasOther: boolean;
  /** True for the one that was made just now. */
  readonly isNew: boolean;
  readonly mayChange: boolean;
}

/** A key: of which kind it is, and what its receiver needs. */
export function Key({ signingKey, hasOther, isNew, mayChange }: KeyProps) {
  const { keyId, kind, publicKey } = signingKey;
  return (
    <li class="box">
      <div class="key-head">
        <h3>
          {SIGNING.kinds[kind]} <span class="quiet">{SIGNING.kind(kind)}</span>
        </h3>
        {mayChange && <Deletion keyId={keyId} hasOther={hasOther} />}
      </div>
      <dl class="key-facts">
        <Fact name={SIGNING.made}>
          <Moment at={madeAt(signingKey)} />
        </Fact>
        <Fact name={SIGNING.id}>
          <code>{keyId}</code>
        </Fact>
      </dl>
      {publicKey === undefined ? (
        <p class="quiet">{SIGNING.secretGone}</p>
      ) : (
        <CodeBlock name={SIGNING.publicKey} code={publicKey} />
      )}
      <details class="more" open={isNew}>
        <summary>{SIGNING.verify}</summary>
        <div class="key-verify">
          <p class="quiet">{`${SIGNING.verifyHint[kind]} ${SIGNING.body}`}</p>
          <CodeBlock name={SIGNING.verify} code={verifyCode(signingKey)} />
        </div>
      </details>
    </li>
  );
}

function Deletion({ keyId, hasOther }: Pick<SigningKey, 'keyId'> & Pick<KeyProps, 'hasOther'>) {
  const { deletion: texts } = SIGNING;
  const [isOpen, setOpen] = useState(false);
  const remove = async () => {
    await send(`${SIGNING_KEYS}/${keyId}`, { method: 'DELETE' });
    lastChange.set({ text: texts.done });
  };
  const close = () => setOpen(false);
  return (
    <>
      <Button kind="lite" onPress={() => setOpen(true)}>
        {SIGNING.delete}
      </Button>
      <Dialog title={texts.title} isOpen={isOpen} onClose={close}>
        <TypedConfirmation
          name={texts.word}
          instead={texts.word}
          keep={texts.keep}
          remove={remove}
          onClose={close}
        >
          {texts.text(hasOther)}
        </TypedConfirmation>
      </Dialog>
    </>
  );
}
