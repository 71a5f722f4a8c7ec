/** The service's REST API with the token of one zone. */
import { Buffer } from 'node:buffer';
import { DemoFailure } from './children.mjs';

/** Gets a token by a binding's client and calls the API with it. */
export class Client {
  #headers;

  /** Returns a client with a token of a tenant's zone, or of the provider's where none is named. */
  static async of(binding, tenantId) {
    const { clientid, clientsecret, url } = binding.uaa;
    const basic = Buffer.from(`${clientid}:${clientsecret}`).toString('base64');
    const answer = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${basic}`,
        'content-type': 'application/x-www-form-urlencoded',
        ...(tenantId && { 'x-zid': tenantId }),
      },
      body: 'grant_type=client_credentials',
    });
    if (!answer.ok) throw new DemoFailure(`A token was refused: ${answer.status} ${await answer.text()}`);
    const { access_token: token } = await answer.json();
    return new Client(binding.url, token);
  }

  constructor(url, token) {
    this.url = url;
    this.token = token;
    this.#headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  }

  /** Returns the status of a call, whatever it is. */
  async statusOf(path) {
    const answer = await fetch(`${this.url}${path}`, { headers: this.#headers });
    await answer.text();
    return answer.status;
  }

  /** Returns the body of a call that must succeed. */
  async call(method, path, body) {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: this.#headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new DemoFailure(`${method} ${path} was answered ${answer.status}: ${text}`);
    return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  }
}
