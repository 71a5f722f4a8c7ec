import { CodeBlock } from '../../controls/code-block.js';
import { useTenant } from '../../session.js';
import { EDITOR_BELOW } from '../../texts/editor-below.js';
import { clientOf, curlOf, jsonOf, tokenLine } from './code.js';
import type { Subject } from './form.js';
import type { SaveRequest } from './requests.js';

const { code: texts } = EDITOR_BELOW;

/** What saving sends, for whoever wants to send it from elsewhere: one form of it is open at a time. */
export function CodeTabs(props: { readonly subject: Subject; readonly requests: readonly SaveRequest[] }) {
  const tenant = useTenant();
  const parts = { ...props, origin: window.location.origin };
  const forms = [
    [texts.curl, curlOf],
    [texts.client, clientOf],
    [texts.json, jsonOf],
  ] as const;
  return (
    <section aria-labelledby="code">
      <h2 id="code">{texts.title}</h2>
      <p class="quiet">{props.requests.length === 0 ? texts.nothing : texts.text(tenant)}</p>
      {props.requests.length > 0 && (
        <>
          <CodeBlock name={texts.token} code={tokenLine(tenant)} />
          {forms.map(([name, written]) => (
            <details key={name} class="more" name="code">
              <summary>{name}</summary>
              <CodeBlock name={name} code={written(parts)} />
            </details>
          ))}
        </>
      )}
    </section>
  );
}
