import type { Grant } from '../../api/types.js';
import { CodeBlock } from '../../controls/code-block.js';
import { FirstJob } from '../../controls/editor-links.js';
import { FIRST_ENDPOINT, START_ENDPOINT } from '../../first-endpoint.js';
import { FIRST_STEPS } from '../../texts/first-steps.js';

/** What a page without jobs offers: a first one to paste, and the demo. */
export function FirstSteps({ grants }: { readonly grants: readonly Grant[] }) {
  const admin = grants.find(({ role }) => role.endsWith(' admin'));
  if (!admin) return <p class="lead">{FIRST_STEPS.emptyViewer}</p>;
  return (
    <div class="steps">
      <FirstJob />
      <section aria-labelledby="first">
        <h2 id="first">{FIRST_STEPS.first}</h2>
        <p>{FIRST_STEPS.emptyAdmin}</p>
        <CodeBlock name={FIRST_STEPS.firstCode} code={firstJob(window.location.origin, admin)} />
        <p class="quiet">{FIRST_STEPS.firstAfter}</p>
      </section>
      <section aria-labelledby="demo">
        <h2 id="demo">{FIRST_STEPS.demo}</h2>
        <p>{FIRST_STEPS.demoText}</p>
        <CodeBlock name={FIRST_STEPS.demoCode} code="npm run demo" />
      </section>
    </div>
  );
}

function firstJob(origin: string, { tenant }: Grant): string {
  const eyes = tenant ? ` -- --tenant ${tenant.subdomain}` : '';
  return `${START_ENDPOINT} &
curl -s ${origin}/scheduler/jobs \\
  -H "Authorization: Bearer $(npm run -s token${eyes})" \\
  -H 'Content-Type: application/json' -d '{
    "name": "my first job", "active": true,
    "action": "${FIRST_ENDPOINT}",
    "schedules": [{ "active": true,
      "repeatInterval": "10 seconds" }] }'`;
}
