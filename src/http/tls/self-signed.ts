import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIPv4, isIP } from 'node:net';
import type { Instant } from '../../core/instant.js';
import {
  bitString,
  explicit,
  integer,
  octetString,
  oid,
  sequence,
  set,
  taggedText,
  time,
  tlv,
  truth,
  utf8,
} from './der.js';

/** What a self-signed certificate is to say. */
export interface CertificateDraft {
  /** The common name of its subject. */
  readonly name: string;
  readonly use: 'server' | 'client';
  /** The host names and IP addresses of a server. */
  readonly hosts?: readonly string[];
  readonly from: Instant;
  readonly until: Instant;
}

/** A certificate and its private key, both in PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

const OID = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAltName: '2.5.29.17',
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
} as const;
const X509_V3 = 2;

/** Makes a self-signed certificate (RFC 5280) with a new P-256 key. It is made here because Node.js can only read certificates. */
export function selfSigned(draft: CertificateDraft): KeyedCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const name = sequence(set(sequence(oid(OID.commonName), utf8(draft.name))));
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([X509_V3]))),
    integer(randomBytes(16)),
    algorithm,
    name,
    sequence(time(draft.from), time(draft.until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensionsOf(draft))),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = new X509Certificate(sequence(toBeSigned, algorithm, bitString(signature)));
  return {
    certificate: certificate.toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Returns the SHA-256 thumbprint of a certificate (PEM or DER): 64 lower-case hexadecimal digits. */
export function thumbprintOf(certificate: string | Buffer): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
}

function extensionsOf({ use, hosts = [] }: CertificateDraft): Buffer[] {
  const extension = (id: string, value: Buffer) => sequence(oid(id), octetString(value));
  const critical = (id: string, value: Buffer) => sequence(oid(id), truth(), octetString(value));
  const digitalSignature = tlv(0x03, Buffer.from([7, 0x80]));
  return [
    critical(OID.basicConstraints, sequence()),
    critical(OID.keyUsage, digitalSignature),
    extension(OID.extendedKeyUsage, sequence(oid(OID[use]))),
    ...(hosts.length > 0 ? [extension(OID.subjectAltName, sequence(...hosts.map(alternativeName)))] : []),
  ];
}

function alternativeName(host: string): Buffer {
  if (isIP(host) === 0) return taggedText(2, host);
  if (isIPv4(host)) return tlv(0x87, Buffer.from(host.split('.').map(Number)));
  if (host === '::1') return tlv(0x87, Buffer.concat([Buffer.alloc(15), Buffer.from([1])]));
  throw new Error(`A certificate for the address ${host} is not made here.`);
}
