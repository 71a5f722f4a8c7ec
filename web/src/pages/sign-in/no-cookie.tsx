import { CodeBlock } from '../../controls/code-block.js';
import { Message } from '../../controls/message.js';
import { SIGN_IN } from '../../texts/sign-in.js';

/** A sign-in that the browser forgot at once: it takes the session's cookie over a secure connection only. */
export function NoCookie() {
  return (
    <>
      <Message kind="error" title={SIGN_IN.noCookie} isNews>
        <p>{SIGN_IN.noCookieText}</p>
      </Message>
      <p>{SIGN_IN.noCookieNext}</p>
      <CodeBlock name={SIGN_IN.noCookieCode} code="npm start -- --tls" />
    </>
  );
}
