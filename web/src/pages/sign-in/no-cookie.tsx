import { CodeBlock } from '../../controls/code-block.js';
import { Message } from '../../controls/message.js';
import { TEXTS } from '../../texts.js';

/** A sign-in that the browser forgot at once: it takes the session's cookie over a secure connection only. */
export function NoCookie() {
  const { signIn } = TEXTS;
  return (
    <>
      <Message kind="error" title={signIn.noCookie} isNews>
        <p>{signIn.noCookieText}</p>
      </Message>
      <p>{signIn.noCookieNext}</p>
      <CodeBlock name={signIn.noCookieCode} code="npm start -- --tls" />
    </>
  );
}
