import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { InvalidInput, shown } from '../../core/errors.js';
import { refusing } from '../../http/validation.js';

const LONGEST_URL = 255;
const LONGEST_CERTIFICATES = 65_536;

/** The URL of a Cloud Controller in its usual form, without a slash at its end. */
export const apiUrl = (field: string) =>
  z
    .string()
    .max(LONGEST_URL)
    .transform(
      refusing((text: string) => {
        const url = URL.canParse(text) ? new URL(text) : null;
        const usual = url?.href.replace(/\/+$/, '') ?? '';
        // What other readers of a URL may take for the end of its host is nothing that a Cloud Controller needs.
        const isFit = /^https?:\/\//.test(usual) && !/[?#@\\\s\p{Cc}]/u.test(text);
        if (isFit && usual.length <= LONGEST_URL) return usual;
        // There may be a password before the @.
        const given = text.includes('@') ? '' : `, but is ${shown(text)}`;
        throw new InvalidInput(
          `'${field}' must be a URL such as https://api.cf.example.com, without user, query and fragment${given}`,
        );
      }),
    );

/** The GUID of a space or an application. */
export const guid = z.guid().transform((text) => text.toLowerCase());

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Certificates in PEM form. */
export const caCertificate = z
  .string()
  .max(LONGEST_CERTIFICATES)
  .transform(
    refusing((text: string) => {
      const certificates = text.match(PEM) ?? [];
      const rest = text.replace(PEM, '').trim();
      if (certificates.length > 0 && rest === '' && certificates.every(isCertificate)) return text;
      throw new InvalidInput("'caCertificate' must be one or more certificates in PEM form");
    }),
  );

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
