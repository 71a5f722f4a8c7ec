import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { BoundedMap } from '../../core/bounded-map.js';
import { Clock } from '../../core/clock.js';
import { HOUR_MS, type Instant } from '../../core/instant.js';
import { documentOf, isGranted, refusalOf } from './cloud-answer.js';
import { CloudConnections } from './cloud-connections.js';
import type { CloudTarget } from './cloud-target.js';

const KEPT_MS = HOUR_MS;
const MOST_KEPT = 1_000;

const link = z.object({ href: z.url() }).nullish();
const root = z
  .object({ links: z.object({ login: link, uaa: link }) })
  .transform(({ links }) => links.login?.href ?? links.uaa?.href)
  .pipe(z.string());

interface Root {
  readonly login: Promise<string>;
  readonly until: Instant;
}

/** Where the Cloud Controllers say that one logs in; each is asked once an hour. */
@Injectable()
export class CloudRoots {
  private readonly known = new BoundedMap<Root>(MOST_KEPT);

  constructor(
    private readonly connections: CloudConnections,
    private readonly clock: Clock,
  ) {}

  /** Returns the URL of the login server, without a slash at its end. Throws as the port does. */
  async loginOf({ api, caCertificate }: Pick<CloudTarget, 'api' | 'caCertificate'>): Promise<string> {
    // What one runner was told under certificates of its own choice is not believed for another one: it sends secrets there.
    const key = JSON.stringify([api, caCertificate]);
    const known = this.known.get(key);
    if (known !== null && known.until > this.clock.now()) return known.login;
    const login = this.ask(api, caCertificate);
    this.known.set(key, { login, until: this.clock.now() + KEPT_MS });
    login.catch(() => this.known.delete(key));
    return login;
  }

  private async ask(api: string, caCertificate: string | null): Promise<string> {
    const request = { url: `${api}/`, method: 'GET', headers: {}, body: null } as const;
    const answer = await this.connections.send(request, caCertificate);
    if (!isGranted(answer)) throw refusalOf(answer);
    return documentOf(answer, root).replace(/\/+$/, '');
  }
}
