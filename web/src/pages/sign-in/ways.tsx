import { CodeBlock } from '../../controls/code-block.js';
import { Message } from '../../controls/message.js';
import { TEXTS } from '../../texts.js';
import { CredentialsForm } from './credentials-form.js';

/** How one can sign in: by a new link, or by typing credentials. */
export function Ways({
  isUnusable,
  onNoCookie,
}: {
  readonly isUnusable: boolean;
  readonly onNoCookie: () => void;
}) {
  const { signIn } = TEXTS;
  return (
    <>
      {isUnusable && (
        <Message kind="error" title={signIn.unusable}>
          <p>{signIn.unusableText}</p>
        </Message>
      )}
      <section aria-labelledby="by-link">
        <h2 id="by-link">{isUnusable ? signIn.newLink : signIn.link}</h2>
        <p>{signIn.linkText}</p>
        <CodeBlock name={signIn.linkCode} code="npm run sign-in" />
        <p class="quiet">
          {signIn.linkContainer} <code>node dist/sign-in.js</code>
        </p>
      </section>
      <section aria-labelledby="by-credentials">
        <h2 id="by-credentials">{signIn.credentials}</h2>
        <p>{signIn.credentialsText}</p>
        <CredentialsForm onNoCookie={onNoCookie} />
      </section>
    </>
  );
}
