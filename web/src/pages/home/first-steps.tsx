import type { Grant } from '../../api/types.js';
import { CodeBlock } from '../../controls/code-block.js';
import { TEXTS } from '../../texts.js';

/** What a page without jobs offers: a first one to paste, and the demo. */
export function FirstSteps({ grants }: { readonly grants: readonly Grant[] }) {
  const admin = grants.find(({ role }) => role.endsWith(' admin'));
  const { home } = TEXTS;
  if (!admin) return <p class="lead">{home.emptyViewer}</p>;
  return (
    <div class="steps">
      <section aria-labelledby="first">
        <h2 id="first">{home.first}</h2>
        <p>{home.emptyAdmin}</p>
        <CodeBlock name={home.firstCode} code={firstJob(window.location.origin, admin)} />
        <p class="quiet">{home.firstAfter}</p>
      </section>
      <section aria-labelledby="demo">
        <h2 id="demo">{home.demo}</h2>
        <p>{home.demoText}</p>
        <CodeBlock name={home.demoCode} code="npm run demo" />
      </section>
    </div>
  );
}

function firstJob(origin: string, { tenant }: Grant): string {
  const eyes = tenant ? ` -- --tenant ${tenant.subdomain}` : '';
  return `node -e 'http.createServer((q, s) => s.end("done")).listen(4000)' &
curl -s ${origin}/scheduler/jobs \\
  -H "Authorization: Bearer $(npm run -s token${eyes})" \\
  -H 'Content-Type: application/json' -d '{
    "name": "my first job", "active": true,
    "action": "http://localhost:4000/tick",
    "schedules": [{ "active": true,
      "repeatInterval": "10 seconds" }] }'`;
}
