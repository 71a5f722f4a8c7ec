import { networkInterfaces } from 'node:os';
import { Test } from '@nestjs/testing';
import { CONFIG, readConfig } from '../../src/config/config.js';
import { HttpCaller } from '../../src/action/http/http-caller.js';
import { OutboundGuard } from '../../src/outbound/outbound-guard.js';
import { guarding, inProduction } from '../support/guarding.js';

describe('OutboundGuard: the text of a URL, in production', () => {
  it.each([
    // what it is, one that is refused, a word of the reason, its sibling that passes
    ['a scheme', 'http://example.com/', 'https', 'https://example.com/'],
    ['a scheme', 'ftp://example.com/', 'https', 'https://example.com/ftp://'],
    ['a scheme', 'file:///etc/passwd', 'https', 'https://example.com/etc/passwd'],
    ['a scheme', 'javascript:alert(1)', 'https', 'HTTPS://EXAMPLE.COM/'],
    ['no URL', 'example.com/act', 'read', 'https://example.com/act'],
    ['no URL', '', 'read', 'https://example.com'],
    ['no URL', 'https://', 'read', 'https://a/'],
    ['no URL', 'https://1.2.3.4.5/', 'read', 'https://1.2.3.4.5.example.com/'],
    ['userinfo', 'https://user:secret@example.com/', 'password', 'https://example.com/user:secret@'],
    ['userinfo', 'https://user@example.com/', 'user name', 'https://example.com/?user@'],
    ['userinfo', 'https://example.com@10.0.0.1/', 'user name', 'https://example.com/@10.0.0.1/'],
    ['userinfo', 'https://:@10.0.0.1/', 'private', 'https://:@8.8.8.8/'], // empty: the URL parser drops it
    ['loopback', 'https://127.0.0.1/', 'loopback', 'https://126.0.0.1/'],
    ['loopback', 'https://127.9.9.9:8443/', 'loopback', 'https://128.9.9.9:8443/'],
    ['a short address', 'https://127.1/', 'loopback', 'https://8.1/'],
    ['a decimal address', 'https://2130706433/', 'loopback', 'https://134744072/'],
    ['an octal address', 'https://0177.0.0.1/', 'loopback', 'https://010.8.8.8/'],
    ['an octal address', 'https://017700000001/', 'loopback', 'https://01002004010/'],
    ['a hexadecimal address', 'https://0x7f.0x0.0x0.0x1/', 'loopback', 'https://0x8.0x8.0x8.0x8/'],
    ['a hexadecimal address', 'https://0x7f000001/', 'loopback', 'https://0x08080808/'],
    ['mixed notations', 'https://0xa9.254.0251.0376/', 'metadata', 'https://0x8.8.010.8/'],
    ['full-width digits', 'https://１２７.０.０.１/', 'loopback', 'https://８.８.８.８/'],
    ['encoded digits', 'https://%31%32%37.0.0.1/', 'loopback', 'https://%38.8.8.8/'],
    ['a final dot', 'https://127.0.0.1./', 'loopback', 'https://8.8.8.8./'],
    ['backslashes', 'https:\\\\127.0.0.1\\', 'loopback', 'https:\\\\8.8.8.8\\'],
    ['tabs and line ends', 'https://127.0\t.0\n.1/', 'loopback', 'https://8.8\t.8\n.8/'],
    ['the unspecified address', 'https://0/', 'reserved', 'https://134744072/'],
    ['the unspecified address', 'https://[::]/', 'reserved', 'https://[2606:4700::]/'],
    ['private', 'https://10.1.2.3/', 'private', 'https://11.1.2.3/'],
    ['private', 'https://172.16.0.1/', 'private', 'https://172.32.0.1/'],
    ['private', 'https://192.168.1.1/', 'private', 'https://192.169.1.1/'],
    ['carrier-grade NAT', 'https://100.64.0.1/', 'carrier', 'https://100.128.0.1/'],
    ['link-local', 'https://169.254.1.1/', 'link-local', 'https://169.253.1.1/'],
    [
      'metadata',
      'https://169.254.169.254/latest/meta-data/',
      'metadata',
      'https://169.253.169.254/latest/meta-data/',
    ],
    ['metadata', 'https://100.100.100.200/', 'metadata', 'https://100.200.100.200/'],
    ['metadata', 'https://[fd00:ec2::254]/', 'metadata', 'https://[2600:ec2::254]/'],
    ['multicast', 'https://224.0.0.1/', 'multicast', 'https://223.0.0.1/'],
    ['documentation', 'https://192.0.2.1/', 'reserved', 'https://192.1.2.1/'],
    ['broadcast', 'https://255.255.255.255/', 'reserved', 'https://200.255.255.255/'],
    ['IPv6 loopback', 'https://[::1]/', 'loopback', 'https://[2606:4700::1]/'],
    ['IPv6 loopback', 'https://[0:0:0:0:0:0:0:1]/', 'loopback', 'https://[2606:4700:0:0:0:0:0:1]/'],
    ['IPv6 unique local', 'https://[fd12::1]/', 'private', 'https://[2a00::1]/'],
    ['IPv6 link-local', 'https://[fe80::1]/', 'link-local', 'https://[2a00::2]/'],
    ['IPv4-mapped', 'https://[::ffff:127.0.0.1]/', 'loopback', 'https://[::ffff:8.8.8.8]/'],
    ['IPv4-mapped', 'https://[::ffff:7f00:1]/', 'loopback', 'https://[::ffff:808:808]/'],
    ['IPv4-mapped', 'https://[::ffff:169.254.169.254]/', 'metadata', 'https://[::ffff:9.9.9.9]/'],
    ['IPv4-compatible', 'https://[::127.0.0.1]/', 'loopback', 'https://[::8.8.8.8]/'],
    ['NAT64', 'https://[64:ff9b::127.0.0.1]/', 'loopback', 'https://[64:ff9b::8.8.8.8]/'],
    ['NAT64', 'https://[64:ff9b::a9fe:a9fe]/', 'metadata', 'https://[64:ff9b::808:808]/'],
    ['NAT64 for local use', 'https://[64:ff9b:1::808:808]/', 'reserved', 'https://[64:ff9b::808:808]/'],
    ['6to4', 'https://[2002:7f00:1::]/', 'loopback', 'https://[2002:808:808::]/'],
    ['Teredo', 'https://[2001:0:808:808::80ff:fffe]/', 'loopback', 'https://[2001:0:808:808::f7f7:f7f7]/'],
    ['localhost', 'https://localhost/', 'not public', 'https://localhost.example.com/'],
    ['localhost', 'https://LOCALHOST./', 'not public', 'https://localhosts/'],
    ['localhost', 'https://a.b.localhost/', 'not public', 'https://a.b.localhost.example/'],
    ['localhost', 'https://ｌocalhost/', 'not public', 'https://ｌocal.example/'],
    ['port of a database', 'https://example.com:5432/', '5432', 'https://example.com:5433/'],
    ['port of a database', 'https://example.com:3306/', '3306', 'https://example.com:3307/'],
    ['port of a database', 'https://example.com:6379/', '6379', 'https://example.com:8443/'],
    ['port of a database', 'https://example.com:27017/', '27017', 'https://example.com:27016/'],
    ['port of a database', 'https://example.com:11211/', '11211', 'https://example.com:11212/'],
    ['port of a mail server', 'https://example.com:25/', '25', 'https://example.com:443/'],
    ['port of a shell', 'https://example.com:22/', '22', 'https://example.com:2222/'],
    ['port zero', 'https://example.com:0/', 'Port 0', 'https://example.com:00443/'],
    ['this service', 'https://jobs.example.com/', 'itself', 'https://job.example.com/'],
    ['this service', 'https://JOBS.EXAMPLE.COM.:443/api', 'itself', 'https://jobs.example.com:8443/api'],
    ['this service', 'https://tenant.jobs.example.com/', 'itself', 'https://tenantjobs.example.com/'],
  ])('refuses %s: %s', (_, refused, word, passes) => {
    const { guard, resolver } = inProduction();
    expect(guard.examine(refused).refusal).toContain(word);
    expect(guard.examine(refused).refusal).toMatch(/^[A-Z].*\.$/); // one plain sentence, asked twice: the kept answer too
    expect(guard.examine(passes).refusal).toBeNull();
    expect(resolver.asked).toEqual([]);
  });

  it('does not repeat a password', () => {
    expect(inProduction().guard.examine('https://user:secret@example.com/').refusal).not.toContain('secret');
  });

  it('keeps its answers apart, however many URLs there are', () => {
    const { guard } = inProduction();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 5_000; i++) {
        guard.examine(`https://h${i}.example/`);
        if (i % 100 === 0) expect(guard.examine(`https://10.0.${i % 256}.1/`).refusal).toContain('private');
      }
    }
  });
});

describe('OutboundGuard: development', () => {
  it('permits loopback and plain http, and nothing else that is not public', () => {
    const { guard } = guarding();
    for (const url of [
      'http://localhost:8080/',
      'http://127.0.0.1:8080/',
      'http://[::1]:8080/',
      'http://a.localhost:5432/',
      'http://example.com/',
    ])
      expect([url, guard.examine(url).refusal]).toEqual([url, null]);
    for (const url of [
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'http://user:x@127.0.0.1:8080/',
      'ftp://127.0.0.1/',
    ])
      expect([url, guard.examine(url).refusal]).not.toEqual([url, null]);
  });

  it.each([
    'http://localhost:3000/',
    'http://127.0.0.1:3000/',
    'http://[::1]:3000/',
    'http://127.1:3000/',
    'http://0x7f.1:3000/',
    'http://[::ffff:127.0.0.1]:3000/',
    'http://tenant.localhost:3000/',
  ])('refuses the port that the service itself listens on: %s', (url) => {
    expect(guarding().guard.examine(url).refusal).toContain('itself');
    expect(
      guarding({ PORT: '3001', PUBLIC_URL: 'http://localhost:3001' }).guard.examine(url).refusal,
    ).toBeNull();
  });

  it('refuses that port at every address of the machine, where it is its own', () => {
    const own = Object.values(networkInterfaces())
      .flatMap((entries) => entries ?? [])
      .map((entry) => (entry.family === 'IPv6' ? `[${entry.address}]` : entry.address));
    const listeningOn = (port: string) => guarding({ PORT: port, OUTBOUND_ALLOW: '0.0.0.0/0 ::/0' }).guard;
    expect(own.length).toBeGreaterThan(0);
    for (const address of [...own, '0.0.0.0', '[::]']) {
      expect(listeningOn('0').examine(`http://${address}:4567/`).refusal).toBeNull();
      expect(listeningOn('4567').examine(`http://${address}:4567/`).refusal).toContain('itself');
    }
    expect(listeningOn('4567').examine('http://203.0.113.7:4567/').refusal).toBeNull();
  });
});

describe('OutboundGuard: in the application', () => {
  it('takes the network as its resolver where none is provided', async () => {
    const providers = [{ provide: CONFIG, useValue: readConfig({}) }, OutboundGuard, HttpCaller];
    const module = await Test.createTestingModule({ providers }).compile();
    expect(module.get(OutboundGuard).examine('http://localhost:8080/').refusal).toBeNull();
    expect(module.get(HttpCaller)).toBeInstanceOf(HttpCaller);
    await module.close();
  });
});
