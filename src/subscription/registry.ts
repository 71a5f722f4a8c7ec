import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CONFIG, type Config } from '../config/config.js';
import { JsonClient } from '../outbound/json-client.js';
import { isPlainPath } from './plain-path.js';

const CALL_MS = 10_000;
const tokenAnswer = z.object({ access_token: z.string().min(1) });

/** The SaaS registry that the operator configured. Its address is trusted; the path comes from a provider and cannot lead elsewhere. */
@Injectable()
export class Registry {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly client: JsonClient,
  ) {}

  /** Returns whether a registry is configured. */
  isConfigured(): boolean {
    return this.config.registry !== null;
  }

  /** Reports to the registry and returns whether it accepted. Throws where it cannot be reached or gives no token. */
  async report(path: string, body: string): Promise<boolean> {
    const { registry } = this.config;
    if (!registry) throw new Error('No registry is configured: set REGISTRY_URL and its credentials.');
    // Rows of an earlier version may hold paths that were not checked like this.
    if (!isPlainPath(path)) throw new Error('The path leads out of the registry.');
    const bearer = `Bearer ${await this.token(registry)}`;
    const status = await this.client.fetchStatus({
      url: registry.url + path,
      operatorUrl: registry.url,
      method: 'PUT',
      headers: { Authorization: bearer, 'Content-Type': 'application/json' },
      body,
      timeoutMs: CALL_MS,
    });
    return status >= 200 && status < 300;
  }

  private async token({
    tokenUrl,
    clientId,
    clientSecret,
  }: NonNullable<Config['registry']>): Promise<string> {
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    const answer = await this.client.fetchJson({
      url: tokenUrl,
      operatorUrl: tokenUrl,
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
        'X-CF-ENCODED-CREDENTIALS': 'true',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      timeoutMs: CALL_MS,
    });
    return tokenAnswer.parse(answer).access_token;
  }
}
