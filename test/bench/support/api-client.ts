import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';

const CONNECTIONS = 16;
const TIMEOUT_MS = 120_000;

/** The API of a service under test: tokens by the credentials that its first start wrote into a folder, and calls with them. */
export class ApiClient {
  private readonly pool: Pool;

  /** `localAddress` is the address that its connections come from: the service counts them by it. */
  constructor(
    readonly origin: string,
    private readonly folder: string,
    localAddress?: string,
  ) {
    const timeouts = { bodyTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS };
    const from = localAddress === undefined ? {} : { localAddress };
    this.pool = new Pool(origin, { connections: CONNECTIONS, ...from, ...timeouts });
  }

  /** Sends a request and returns the JSON of its answer. Throws where it is no success. */
  async call(method: 'GET' | 'POST' | 'PUT', path: string, token: string, body?: object) {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await this.pool.request({ method, path, headers, ...sent });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return (text === '' || !text.startsWith('{') ? {} : JSON.parse(text)) as Record<string, unknown>;
  }

  /** Returns a token of the tenant, or of the provider where there is none. */
  async tokenOf(tenantId: string | null = null): Promise<string> {
    const { id, secret } = this.credentials();
    const zone: Record<string, string> = tenantId === null ? {} : { 'X-Zid': tenantId };
    const headers = { ...zone, Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const answer = await fetch(`${this.origin}/oauth/token`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`No token: ${answer.status} ${await answer.text()}`);
    return String(((await answer.json()) as { access_token: string }).access_token);
  }

  /** Lets a tenant subscribe. */
  async subscribe(token: string, tenantId: string, subdomain: string): Promise<void> {
    const hook = {
      subscribedTenantId: tenantId,
      subscribedSubdomain: subdomain,
      subscriptionAppName: 'bench',
    };
    await this.call('PUT', `/callback/v1.0/tenants/${tenantId}`, token, hook);
  }

  /** Returns the client id and secret of the binding that the first start made. */
  credentials(): { id: string; secret: string } {
    for (const file of readdirSync(this.folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || !file.name.endsWith('.json')) continue;
      const text = readFileSync(join(file.parentPath, file.name), 'utf8');
      const [, id, secret] = /"clientid": "([^"]+)",\s*"clientsecret": "([^"]+)"/.exec(text) ?? [];
      if (text.includes('jobscheduler') && id && secret) return { id, secret };
    }
    throw new Error('The first start wrote no credentials.');
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
