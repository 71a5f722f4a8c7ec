import { guarding, inProduction } from '../support/guarding.js';

describe('OutboundGuard: names', () => {
  const ANSWERS = {
    'public.test': [['8.8.8.8', '2606:4700::1']],
    'mixed.test': [['8.8.8.8', '10.0.0.1']],
    'mixed-six.test': [['8.8.8.8', '::ffff:10.0.0.1']],
    'metadata.test': [['169.254.169.254']],
    'empty.test': [[]],
    'odd.test': [['8.8.8.8', 'not an address']],
  };

  it('hands out what it has checked', async () => {
    const { lookUp, resolver } = inProduction({}, ANSWERS);
    const addresses = [
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ];
    expect(await lookUp('public.test')).toEqual(addresses);
    expect(await lookUp('PUBLIC.test.')).toEqual(addresses);
    expect(resolver.asked).toEqual(['public.test', 'public.test']);
  });

  it.each([
    'mixed.test',
    'mixed-six.test',
    'metadata.test',
    'odd.test',
    'localhost',
    'x.localhost',
    '10.0.0.1',
  ])('refuses %s, any of whose addresses is not public', async (name) => {
    expect(await inProduction({}, ANSWERS).lookUp(name)).toBe('OUTBOUND_REFUSED');
  });

  it.each([['empty.test'], ['unknown.test']])('passes on that %s is not known', async (name) => {
    expect(await inProduction({}, ANSWERS).lookUp(name)).toBe('ENOTFOUND');
  });

  it('does not ask anybody for localhost', async () => {
    const { lookUp, resolver } = guarding();
    expect(await lookUp('tenant.localhost')).toEqual([
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
    expect(resolver.asked).toEqual([]);
  });
});

describe('OutboundGuard: the allow-list', () => {
  it.each([
    ['10.0.0.0/8', 'https://10.1.2.3/', 'https://192.168.1.1/'],
    ['10.0.0.0/8', 'https://[::ffff:10.1.2.3]/', 'https://[::ffff:192.168.1.1]/'],
    ['10.1.2.3', 'https://10.1.2.3/', 'https://10.1.2.4/'],
    ['fd00::/8', 'https://[fd12::1]/', 'https://[fe80::1]/'],
    ['127.0.0.0/8', 'https://localhost/', 'https://[::1]/'],
    ['localhost', 'https://a.localhost/', 'https://127.0.0.1/'],
    ['0.0.0.0/0', 'https://10.0.0.1/', 'https://169.254.169.254/'], // metadata has to be named
    ['169.254.169.254', 'https://169.254.169.254/', 'https://169.254.169.253/'],
    ['http://10.1.2.3', 'http://10.1.2.3:8080/', 'http://10.1.2.4:8080/'],
    ['http://10.0.0.0/8', 'http://10.1.2.3/', 'http://8.8.8.8/'],
    ['http://app.internal', 'http://app.internal/', 'http://other.internal/'],
    ['http://*', 'http://example.com/', 'http://10.0.0.1/'],
    ['http://10.1.2.3', 'http://10.1.2.3/', 'http://10.1.2.3:5432/'],
    ['jobs.example.com', 'https://app.example.com/', 'https://jobs.example.com/'], // never the service itself
    ['example.com, 10.0.0.0/8', 'https://10.0.0.1/', 'https://user@10.0.0.1/'],
  ])('with %s permits %s and still not %s', (OUTBOUND_ALLOW, permitted, refused) => {
    const { guard } = inProduction({ OUTBOUND_ALLOW });
    expect(guard.examine(permitted).refusal).toBeNull();
    expect(guard.examine(refused).refusal).not.toBeNull();
  });

  it.each([
    ['app.internal', 'app.internal', 'b.app.internal'],
    ['App.Internal.', 'APP.internal.', 'app.internals'],
    ['*.internal', 'b.app.internal', 'internal'],
    ['10.0.0.0/8', 'app.internal', 'metadata.internal'],
  ])(
    'with %s lets the name %s lead anywhere private, and not %s',
    async (OUTBOUND_ALLOW, permitted, refused) => {
      const here = [['10.0.0.1']];
      const answers = {
        'app.internal': here,
        'b.app.internal': here,
        'app.internals': here,
        internal: here,
        'metadata.internal': [['169.254.169.254']],
      };
      const { lookUp } = inProduction({ OUTBOUND_ALLOW }, answers);
      expect(await lookUp(permitted)).toEqual([{ address: '10.0.0.1', family: 4 }]);
      expect(await lookUp(refused)).toBe('OUTBOUND_REFUSED');
    },
  );
});
