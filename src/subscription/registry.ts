import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CONFIG, type Config } from '../config/config.js';

const CALL_MS = 10_000;
const tokenAnswer = z.object({ access_token: z.string().min(1) });

/** The SaaS registry that the operator configured. Its address is trusted; the path comes from a provider and cannot lead elsewhere. */
@Injectable()
export class Registry {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Answers whether a registry is configured. */
  isConfigured(): boolean {
    return this.config.registry !== null;
  }

  /** Reports to the registry and answers whether it accepted. Throws where it cannot be reached or gives no token. */
  async report(path: string, body: string): Promise<boolean> {
    const { registry } = this.config;
    if (!registry) throw new Error('No registry is configured: set REGISTRY_URL and its credentials.');
    const answer = await fetch(registry.url + path, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${await this.token(registry)}`, 'Content-Type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_MS),
    });
    await answer.body?.cancel();
    return answer.ok;
  }

  private async token({
    tokenUrl,
    clientId,
    clientSecret,
  }: NonNullable<Config['registry']>): Promise<string> {
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    const answer = await fetch(tokenUrl, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
        'X-CF-ENCODED-CREDENTIALS': 'true',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_MS),
    });
    if (!answer.ok) throw new Error(`The registry's token endpoint answered ${answer.status}.`);
    return tokenAnswer.parse(await answer.json()).access_token;
  }
}
