import type { Session } from '../../api/types.js';
import { Button, ButtonLink } from '../../controls/button.js';
import { Message } from '../../controls/message.js';
import { TEXTS } from '../../texts.js';
import { SIGN_IN } from '../../texts/sign-in.js';
import { returnPath } from './return-path.js';

interface AlreadyProps {
  readonly who: Session;
  readonly isUnusable: boolean;
  readonly onOther: () => void;
}

/** Where one is signed in and asks for the sign-in all the same. */
export function Already({ who, isUnusable, onOther }: AlreadyProps) {
  const { search, origin } = window.location;
  return (
    <>
      {isUnusable && (
        <Message kind="error" title={SIGN_IN.unusable} isNews>
          <p>{SIGN_IN.unusableText}</p>
        </Message>
      )}
      <p>{SIGN_IN.already(TEXTS.who(who))}.</p>
      <div class="actions">
        <ButtonLink kind="emphasized" href={returnPath(new URLSearchParams(search).get('to'), origin)}>
          {SIGN_IN.goOn}
        </ButtonLink>
        <Button onPress={onOther}>{SIGN_IN.someoneElse}</Button>
      </div>
    </>
  );
}
