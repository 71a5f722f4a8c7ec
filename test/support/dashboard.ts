import type { NestExpressApplication } from '@nestjs/platform-express';
import type request from 'supertest';
import { Database } from '../../src/database/database.js';
import type { Role } from '../../src/sign-in/grants.js';
import { LinkPlaceReader } from '../../src/sign-in/link/link-place.reader.js';
import { SignInLinks } from '../../src/sign-in/link/sign-in-links.js';

/** What a browser says of a request of the dashboard's own page, and what the page adds. */
export const OWN_PAGE = { 'Sec-Fetch-Site': 'same-origin', 'X-Carillon-Dashboard': '1' } as const;

/** An application, as far as these helpers need it. */
export interface Served {
  readonly app: NestExpressApplication;
  readonly http: ReturnType<typeof request>;
}

/** One browser that is signed in: supertest requests as its pages send them. */
export type Browser = ReturnType<typeof browserOf>;

/** Makes a link as `npm run sign-in` does and returns its code; a tenant is named by its subdomain. */
export async function aLinkCode({ app }: Pick<Served, 'app'>, role: Role, tenant?: string): Promise<string> {
  const reader = app.get(LinkPlaceReader, { strict: false });
  const place = await app.get(Database).read(async (tx) => {
    const [provider] = await reader.listProviders(tx, 1);
    if (!provider) throw new Error('There is no instance.');
    return tenant === undefined ? provider : reader.findTenant(tx, provider.instanceId, tenant);
  });
  if (!place) throw new Error(`There is no tenant ${tenant}.`);
  const url = new URL(await app.get(SignInLinks, { strict: false }).make(place, role));
  return url.hash.replace('#code=', '');
}

/** Signs in by a link and returns the browser. */
export async function signedIn(service: Served, role: Role, tenant?: string): Promise<Browser> {
  const code = await aLinkCode(service, role, tenant);
  const answer = await service.http
    .post('/dashboard/api/sign-in/link')
    .set(OWN_PAGE)
    .send({ code })
    .expect(201);
  return browserOf(service.http, cookieOf(answer));
}

/** Returns the cookie that an answer sets, as a browser sends it back: `name=value`. */
export function cookieOf({ headers }: { readonly headers: Record<string, unknown> }): string {
  const [cookie] = (headers['set-cookie'] ?? []) as string[];
  return String(cookie).split(';')[0] ?? '';
}

/** Returns the way to the API of a browser with a cookie; the headers are those of the dashboard's own page unless given. */
export function browserOf(
  http: ReturnType<typeof request>,
  cookie: string,
  own: Readonly<Record<string, string>> = OWN_PAGE,
) {
  const headers = { Cookie: cookie, ...own };
  return {
    cookie,
    get: (path: string) => http.get(path).set(headers),
    post: (path: string, body?: object) => http.post(path).set(headers).send(body),
    put: (path: string, body?: object) => http.put(path).set(headers).send(body),
    delete: (path: string) => http.delete(path).set(headers),
  };
}
