import { addressClassOf, parseAddressRange } from '../../src/core/address-class.js';

describe('addressClassOf', () => {
  it.each([
    // The class, an address just inside each of its ranges.
    ['loopback', ['127.0.0.1', '127.255.255.255', '::1']],
    [
      'private',
      [
        '10.0.0.1',
        '10.255.255.255',
        '172.16.0.1',
        '172.31.255.255',
        '192.168.0.1',
        'fc00::1',
        'fdff::1',
        'fec0::1',
      ],
    ],
    ['link-local', ['169.254.0.1', '169.254.255.255', 'fe80::1', 'febf::1', 'fe80::1%eth0']],
    ['carrier-grade NAT', ['100.64.0.1', '100.127.255.255']],
    ['multicast', ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1']],
    [
      'cloud metadata',
      [
        '169.254.169.254',
        '169.254.170.2',
        '100.100.100.200',
        '192.0.0.192',
        '168.63.129.16',
        'fd00:ec2::254',
        'fd00:0ec2:0:0::254',
      ],
    ],
    ['reserved', ['0.0.0.0', '0.1.2.3', '255.255.255.255', '240.0.0.1', '::']],
    ['reserved', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1']], // documentation
    ['reserved', ['198.18.0.1', '198.19.255.255', '2001:2::1']], // benchmarks
    ['reserved', ['192.0.0.1', '192.88.99.1', '100::1', '2001:20::1', '4000::1', '5f00::1', '1::1']],
    ['reserved', ['64:ff9b:1::8.8.8.8', '64:ff9b:1:808:8:800::']], // local-use NAT64 is never public
    [
      'reserved',
      ['', 'example.com', '127.1', '0x7f.0.0.1', '010.0.0.1', '2130706433', '1.2.3', '1.2.3.4.5', ':::'],
    ], // no address
    // An IPv6 address is of the class of the IPv4 address that it carries.
    ['loopback', ['::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '::7f00:1', '::ffff:0:7f00:1']],
    ['loopback', ['64:ff9b::7f00:1', '64:ff9b::127.0.0.1', '2002:7f00:1::1']],
    ['private', ['::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:c0a8:101::1', '2001:0:a00:1::f7f7:f7f7']], // Teredo: its server
    ['private', ['2001:0:808:808::f5ff:fffe']], // Teredo: its client, 10.0.0.1 with flipped bits
    ['cloud metadata', ['::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::']],
  ] as const)('is %s for %j', (its, addresses) => {
    for (const address of addresses) expect([address, addressClassOf(address)]).toEqual([address, its]);
  });

  it.each([
    // The neighbours of the ranges above.
    '9.255.255.255',
    '11.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '223.255.255.255',
    '198.17.255.255',
    '198.20.0.0',
    '1.0.0.0',
    '8.8.8.8',
    '168.63.129.17',
    '192.0.1.1',
    '192.0.3.1',
    '2606:4700::1',
    '2a00:1450:4001::1',
    '2400::1',
    '2001:4860:4860::8888',
    '2003::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
    '2001:0:808:808::f7f7:f7f7',
  ])('is public for %s', (address) => {
    expect(addressClassOf(address)).toBe('public');
  });
});

describe('parseAddressRange', () => {
  it.each([
    ['10.0.0.0/8', '10.1.2.3', '11.0.0.1'],
    ['10.1.2.3', '10.1.2.3', '10.1.2.4'],
    ['fd00::/8', 'fd12::1', 'fc00::1'],
    ['::1', '0:0:0:0:0:0:0:1', '::2'],
    ['[::1]', '::1', '127.0.0.1'],
    ['127.0.0.0/8', '::ffff:127.0.0.1', '::ffff:128.0.0.1'],
    ['10.0.0.0/8', '64:ff9b::a00:1', '64:ff9b::b00:1'],
    ['0.0.0.0/0', '192.168.0.1', 'fd00::1'],
    ['10.0.0.0/8', '2001:0:a00:1::f5ff:fffe', '2001:0:808:808::f5ff:fffe'], // Teredo: server and client
  ])('reads %s: it contains %s and not %s', (text, inside, outside) => {
    const range = parseAddressRange(text);
    expect(range?.contains(inside)).toBe(true);
    expect(range?.contains(outside)).toBe(false);
    expect(range?.contains('no address')).toBe(false);
  });

  it('tells a single address from a range around it', () => {
    expect(
      ['10.0.0.1', '10.0.0.1/32', '::1', '10.0.0.0/31'].map((text) => parseAddressRange(text)?.isSingle),
    ).toEqual([true, true, true, false]);
  });

  it.each(['', 'localhost', '10.0.0.0/33', '10/8', '*', '*.internal', '1.2.3.4/-1', '::/129'])(
    'does not read %j',
    (text) => {
      expect(parseAddressRange(text)).toBeNull();
    },
  );
});
