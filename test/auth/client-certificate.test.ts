import { forwardedThumbprint } from '../../src/auth/binding/client-certificate.js';

const HASH = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);

describe('The thumbprint in a forwarded header', () => {
  it.each([
    ['an element alone', `By=spiffe://x;Hash=${HASH};Subject="CN=a"`],
    ['the last of several', `Hash=${OTHER},By=x;Hash=${HASH}`],
    ['one behind a quoted comma', `Hash=${OTHER};Subject="CN=a,O=b",Hash=${HASH}`],
    ['one with a quoted comma', `Hash=${OTHER},Subject="CN=a,O=b";Hash=${HASH}`],
    ['one with a quoted element', `Hash=${OTHER},Hash=${HASH};Subject="x,Hash=${OTHER}"`],
    ['one behind very many commas', `${','.repeat(200_000)}Hash=${HASH}`],
    ['one with very many quoted commas', `Subject="${','.repeat(200_000)}";Hash=${HASH}`],
  ])('is that of %s', (_name, header) => {
    expect(forwardedThumbprint(header)).toBe(HASH);
  });

  it.each(['', ',', '"', `Hash=${HASH},`, 'Cert="%zz"'])('is not %j’s', (header) => {
    expect(forwardedThumbprint(header)).not.toBe(HASH);
  });
});
