import { existsSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import { rootCertificates } from 'node:tls';

const WITHIN_MS = 10_000;

/** A form that is sent with the credentials of a client. */
export interface FormRequest {
  readonly url: URL;
  readonly user: string;
  readonly password: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Files of certificates (PEM) that are trusted too, where they exist. */
  readonly certificates: readonly string[];
}

export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

/** Nobody answered; the message is why. */
export class Unreachable extends Error {}

/** Sends a form by POST and returns the answer, whatever its status. Throws Unreachable where there is none within 10 s. */
export async function postForm(call: FormRequest): Promise<Answer> {
  try {
    return await send(call);
  } catch (error) {
    const { code, message, name } = error as NodeJS.ErrnoException;
    throw new Unreachable(code ?? (name === 'AbortError' ? 'no answer within 10 s' : message), {
      cause: error,
    });
  }
}

function send({ url, user, password, form, headers, certificates }: FormRequest): Promise<Answer> {
  const isSecure = url.protocol === 'https:';
  const more = certificates.filter(existsSync).map((file) => readFileSync(file, 'utf8'));
  // The certificate is for the host of the URL, whatever the header Host says. An address is no name (RFC 6066).
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const tls = { ca: [...rootCertificates, ...more], servername: isIP(hostname) ? '' : hostname };
  const body = new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    const request = (isSecure ? httpsRequest : httpRequest)(
      url,
      {
        method: 'POST',
        auth: `${user}:${password}`,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
        signal: AbortSignal.timeout(WITHIN_MS),
        agent: false,
        ...(isSecure ? tls : {}),
      },
      (response) => {
        const retryAfter = response.headers['retry-after'] ?? null;
        const status = response.statusCode ?? 0;
        text(response).then((body) => resolve({ url, status, body, retryAfter }), reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
