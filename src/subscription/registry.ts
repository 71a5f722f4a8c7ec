import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CONFIG, type Config } from '../config/config.js';
import { JsonClient } from '../outbound/json-client.js';

/** An address that the operator configured, and how long it may take to answer. */
const CONFIGURED = { isConfigured: true, withinMs: 10_000 } as const;
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
    const token = await this.token(registry);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const url = registry.url + path;
    const { isOk } = await this.client.send({ ...CONFIGURED, url, method: 'PUT', headers, body });
    return isOk;
  }

  private async token({
    tokenUrl,
    clientId,
    clientSecret,
  }: NonNullable<Config['registry']>): Promise<string> {
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    const headers = {
      authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'x-cf-encoded-credentials': 'true',
    };
    const body = 'grant_type=client_credentials';
    const answer = await this.client.send({ ...CONFIGURED, url: tokenUrl, method: 'POST', headers, body });
    if (!answer.isOk) throw new Error(`The registry's token endpoint answered ${answer.status}.`);
    return tokenAnswer.parse(answer.body).access_token;
  }
}
