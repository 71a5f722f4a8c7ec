import type { Session } from '../../api/types.js';
import { Button, ButtonLink } from '../../controls/button.js';
import { Message } from '../../controls/message.js';
import { TEXTS } from '../../texts.js';
import { returnPath } from './return-path.js';

interface AlreadyProps {
  readonly who: Session;
  readonly isUnusable: boolean;
  readonly onOther: () => void;
}

/** Where one is signed in and asks for the sign-in all the same. */
export function Already({ who, isUnusable, onOther }: AlreadyProps) {
  const { signIn } = TEXTS;
  const { search, origin } = window.location;
  return (
    <>
      {isUnusable && (
        <Message kind="error" title={signIn.unusable}>
          <p>{signIn.unusableText}</p>
        </Message>
      )}
      <p>{signIn.already(TEXTS.who(who))}.</p>
      <div class="actions">
        <ButtonLink kind="emphasized" href={returnPath(new URLSearchParams(search).get('to'), origin)}>
          {signIn.goOn}
        </ButtonLink>
        <Button onPress={onOther}>{signIn.someoneElse}</Button>
      </div>
    </>
  );
}
