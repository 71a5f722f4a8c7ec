import { X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { developmentTlsFiles } from '../../src/config/development-tls-files.js';
import { makeDevelopmentTls } from '../../src/http/tls/development-tls.js';
import { selfSigned } from '../../src/http/tls/self-signed.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { makeScratchFolder } from '../support/scratch.js';

const NOW = Date.UTC(2026, 2, 11);
const DAY_MS = 86_400_000;
const LOCAL = ['localhost', '127.0.0.1', '::1'];

describe('The certificate of --tls', () => {
  function setup() {
    const folder = makeScratchFolder('carillon-tls-');
    atEndOfFile(() => rmSync(folder, { recursive: true }));
    const files = developmentTlsFiles(join(folder, 'kept'));
    const make = (names: string[] = [], now = NOW) => {
      makeDevelopmentTls(files, { names, now });
      return readFileSync(files.TLS_CERT, 'utf8');
    };
    /** Puts a certificate with its key where that of --tls is kept. */
    const put = (draft: Parameters<typeof selfSigned>[0]) => {
      make();
      const { certificate, privateKey } = selfSigned(draft);
      writeFileSync(files.TLS_CERT, certificate);
      writeFileSync(files.TLS_KEY, privateKey);
      return certificate;
    };
    return { files, make, put };
  }
  const namesOf = (pem: string) => new X509Certificate(pem).subjectAltName?.split(', ').sort();
  /** As versions made it before, without names below localhost. */
  const OLD = {
    name: 'localhost',
    use: 'server',
    hosts: LOCAL,
    from: NOW - DAY_MS,
    until: NOW + 825 * DAY_MS,
  } as const;

  it('covers localhost, its addresses and names, and what it is told', () => {
    const { files, make } = setup();
    const pem = make(['localhost', 'jobs.example.test', '10.0.0.1', '[::1]']);
    expect(namesOf(pem)).toEqual([
      'DNS:*.jobs.example.test',
      'DNS:*.localhost',
      'DNS:jobs.example.test',
      'DNS:localhost',
      'IP Address:0:0:0:0:0:0:0:1',
      'IP Address:127.0.0.1',
    ]);
    expect(statSync(files.TLS_KEY).mode & 0o777).toBe(0o600);
    expect(new X509Certificate(pem).checkHost('a.jobs.example.test')).toBeDefined();
  });

  it('is kept by later starts, which need no more of it', () => {
    const { make } = setup();
    const made = make(['jobs.example.test']);
    expect(make(['jobs.example.test'])).toBe(made);
    expect(make()).toBe(made);
  });

  it('is made anew where it lacks a name, or has expired', () => {
    const { files, make, put } = setup();
    const old = put(OLD);
    chmodSync(files.TLS_KEY, 0o644);
    const made = make();
    expect(made).not.toBe(old);
    expect(statSync(files.TLS_KEY).mode & 0o777).toBe(0o600);
    const more = make(['jobs.example.test']);
    expect(more).not.toBe(made);
    expect(make([], NOW + 824 * DAY_MS)).toBe(more);
    expect(make([], NOW + 826 * DAY_MS)).not.toBe(more);
  });

  it.each([
    ['has another name', { ...OLD, name: 'jobs.example.test' }],
    ['has another lifetime', { ...OLD, until: NOW + 90 * DAY_MS }],
  ])('is the operator’s own where it %s, and stays', (_name, draft) => {
    const { files, make, put } = setup();
    const own = put(draft);
    expect(make(['jobs.example.test'], NOW + 1_000 * DAY_MS)).toBe(own);
    rmSync(files.TLS_KEY);
    expect(make()).toBe(own);
  });
});
