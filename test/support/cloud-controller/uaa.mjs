/** The login port: `POST /oauth/token` with the three grants. */
import { Buffer } from 'node:buffer';
import { URLSearchParams } from 'node:url';

const refused = (status, error, description) => ({
  status,
  body: { error, error_description: description },
});
const BAD_CREDENTIALS = refused(401, 'unauthorized', 'Bad credentials');

export class Uaa {
  constructor(world, tokens) {
    this.world = world;
    this.tokens = tokens;
  }

  /** Answers a request. */
  answer({ method, url, headers, body }) {
    if (method !== 'POST' || url.pathname !== '/oauth/token')
      return refused(404, 'not_found', 'No such path');
    const form = new URLSearchParams(body);
    switch (form.get('grant_type')) {
      case 'password':
        return isCf(headers) ? this.#password(form, url.searchParams) : BAD_CREDENTIALS;
      case 'refresh_token':
        return isCf(headers) ? this.#refresh(form) : BAD_CREDENTIALS;
      case 'client_credentials':
        return this.#client(form);
      default:
        return refused(400, 'unsupported_grant_type', 'Unsupported grant type');
    }
  }

  #password(form, query) {
    const user = this.world.users.get(form.get('username'));
    const hint = query.get('login_hint');
    const origin = hint === null ? 'uaa' : JSON.parse(hint).origin;
    if (!user || user.secret !== form.get('password') || user.origin !== origin) return BAD_CREDENTIALS;
    return { status: 200, body: this.tokens.issue(user, { isRefreshable: true }) };
  }

  #refresh(form) {
    const holder = this.tokens.holderOfRefresh(form.get('refresh_token'));
    if (!holder) return refused(401, 'invalid_token', 'The token expired, was revoked, or is malformed');
    return { status: 200, body: this.tokens.issue(holder, { isRefreshable: true }) };
  }

  #client(form) {
    const client = this.world.clients.get(form.get('client_id'));
    if (!client || client.secret !== form.get('client_secret')) return BAD_CREDENTIALS;
    return { status: 200, body: this.tokens.issue(client, { isRefreshable: false }) };
  }
}

/** The client `cf` without a secret is the one of the command line. */
function isCf(headers) {
  return headers.authorization === `Basic ${Buffer.from('cf:').toString('base64')}`;
}
