import { CodeBlock } from '../../controls/code-block.js';
import { Message } from '../../controls/message.js';
import { SIGN_IN } from '../../texts/sign-in.js';
import { CredentialsForm } from './credentials-form.js';

/** How one can sign in: by a new link, or by typing credentials. */
export function Ways({
  isUnusable,
  onNoCookie,
}: {
  readonly isUnusable: boolean;
  readonly onNoCookie: () => void;
}) {
  return (
    <>
      {isUnusable && (
        <Message kind="error" title={SIGN_IN.unusable} isNews>
          <p>{SIGN_IN.unusableText}</p>
        </Message>
      )}
      <section aria-labelledby="by-link">
        <h2 id="by-link">{isUnusable ? SIGN_IN.newLink : SIGN_IN.link}</h2>
        <p>{SIGN_IN.linkText}</p>
        <CodeBlock name={SIGN_IN.linkCode} code="npm run sign-in" />
        <p class="quiet">
          {SIGN_IN.linkContainer} <code>node dist/sign-in.js</code>
        </p>
      </section>
      <section aria-labelledby="by-credentials">
        <h2 id="by-credentials">{SIGN_IN.credentials}</h2>
        <p>{SIGN_IN.credentialsText}</p>
        <CredentialsForm onNoCookie={onNoCookie} />
      </section>
    </>
  );
}
