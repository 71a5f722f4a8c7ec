import { useState } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import { SIGNING_KEYS, type MadeSigningKey, type SigningKey, type SigningKeys } from '../../api/signing.js';
import { Late } from '../../controls/late.js';
import { PageProblem } from '../../controls/problem.js';
import { Page } from '../../frame/page.js';
import { EYES } from '../../paths.js';
import { useMayChange, useTenant } from '../../session.js';
import { SIGNING } from '../../texts/signing-keys.js';
import { Key, madeAt } from './key.js';
import { Made, MakeKey } from './make-key.js';
import './signing-keys.css';

/** By what keys calls are signed: to see, to make and to delete. */
export function SigningKeysPage() {
  const { body, error } = useResource<SigningKeys>(SIGNING_KEYS);
  // Its secret is shown as long as the page is.
  const [made, setMade] = useState<MadeSigningKey | null>(null);
  const mayChange = useMayChange();
  const keys = body?.results;
  if (!keys) {
    const page = (
      <Page title={SIGNING.title} first={error ? SIGNING.notKnown : SIGNING.loading}>
        <PageProblem error={error} hasBody={false} />
      </Page>
    );
    return error ? page : <Late>{page}</Late>;
  }
  return (
    <Page title={SIGNING.title} first={firstLine(keys)}>
      <PageProblem error={error} hasBody />
      <div class="lead keys-lead">
        <p>{SIGNING.what}</p>
        <Whose />
      </div>
      {made && keys.some(({ keyId }) => keyId === made.keyId) && <Made key={made.keyId} made={made} />}
      {keys.length > 0 && (
        <section aria-labelledby="keys">
          <h2 id="keys">{SIGNING.list}</h2>
          <p class="quiet">{SIGNING.rotation}</p>
          <ul class="plain keys">
            {keys.map((each) => (
              <Key
                key={each.keyId}
                signingKey={each}
                hasOther={keys.length > 1}
                isNew={each.keyId === made?.keyId}
                mayChange={mayChange === true}
              />
            ))}
          </ul>
        </section>
      )}
      {mayChange === false && <p class="quiet">{SIGNING.viewer}</p>}
      {mayChange && <MakeKey count={keys.length} onMade={setMade} />}
    </Page>
  );
}

/** Whose keys these are, where that is not plain. */
function Whose() {
  const tenant = useTenant();
  if (tenant === null) return <p class="quiet">{SIGNING.whose.provider}</p>;
  return EYES === null ? null : <p class="quiet">{SIGNING.whose.tenant(tenant)}</p>;
}

function firstLine(keys: readonly SigningKey[]): string {
  const [first] = keys;
  if (!first) return SIGNING.none;
  return keys.length === 1 ? SIGNING.one(madeAt(first)) : SIGNING.two;
}
