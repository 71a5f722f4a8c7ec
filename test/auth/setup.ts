import type { NestExpressApplication } from '@nestjs/platform-express';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';

import { Controller, Get, type NestApplicationOptions, type Type } from '@nestjs/common';
import request from 'supertest';
import { atEndOfFile } from '../support/end-of-file.js';
import { makeScratchFolder } from '../support/scratch.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import { HASH_COST } from '../../src/auth/binding/client-secret.js';
import { Terminal } from '../../src/auth/first-start/terminal.js';
import { KeyRing } from '../../src/auth/key/key-ring.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { TelemetryModule } from '../../src/telemetry/telemetry.module.js';
import { readConfig, type Config } from '../../src/config/config.js';
import type { AccessScope } from '../../src/core/access-scope.js';
import { Clock } from '../../src/core/clock.js';
import type { Instant } from '../../src/core/instant.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { configureHttp, HTTP_OPTIONS } from '../../src/http/configure-http.js';
import { ReplicaModule } from '../../src/replica/replica.module.js';
import { Ticker } from '../../src/replica/ticker.js';
import { ManualTicker } from '../support/manual-ticker.js';
import { PooledKeyRing, QUICK } from '../support/quick-crypto.js';
import { Public, Requires, Scope } from '../../src/http/scope.decorators.js';
import { SubscriptionModule } from '../../src/subscription/subscription.module.js';

/** A clock that stands until it is turned. */
export class HandClock extends Clock {
  constructor(private at: Instant) {
    super();
  }
  now(): Instant {
    return this.at;
  }
  advance(ms: number): void {
    this.at += ms;
  }
}

/** What the service says to the person at the terminal. */
export class Listener extends Terminal {
  readonly said: string[] = [];
  say(text: string): void {
    this.said.push(text);
  }
}

/** Routes that show what the guard makes of a caller. */
@Controller('probe')
class ProbeController {
  @Get('jobs')
  @Requires('scheduler')
  jobs(@Scope() scope: AccessScope) {
    return { ...scope, rights: [...scope.rights].sort() };
  }

  @Get('configure')
  @Requires('configure')
  configure() {
    return {};
  }

  @Get('operate')
  @Requires('operate')
  operate() {
    return {};
  }

  @Get('open')
  @Public()
  open() {
    return {};
  }

  @Get('undeclared')
  undeclared() {
    return {};
  }
}

export interface Service {
  readonly app: NestExpressApplication;
  readonly http: Pick<ReturnType<typeof request>, 'get' | 'post' | 'put' | 'delete'>;
  readonly clock: HandClock;
  readonly terminal: Listener;
  readonly baseUrl: string;
  readonly config: Config;
}

/** On a server the credentials would be kept in the folder of whoever runs the tests. */
export function credentialsDir(env: Readonly<Record<string, string>>): Record<string, string> {
  if (!env['DATABASE_URL']?.startsWith('mysql:')) return {};
  const folder = makeScratchFolder('carillon-credentials-');
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  return { CREDENTIALS_DIR: folder };
}

type TlsOptions = NonNullable<NestApplicationOptions['httpsOptions']>;

const running: NestExpressApplication[] = [];

afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

/** Starts a replica on a free port; it ends with the test. */
export async function startService(
  env: Record<string, string> = {},
  options: { clock?: HandClock; modules?: Type[]; tls?: TlsOptions } = {},
): Promise<Service> {
  const clock = options.clock ?? new HandClock(Date.parse('2026-03-01T12:00:00Z'));
  const terminal = new Listener();
  const config = readConfig({ DATABASE_URL: 'sqlite::memory:', ...credentialsDir(env), ...env });
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.of(config),
      DatabaseModule,
      ReplicaModule,
      TelemetryModule,
      AuthModule,
      SubscriptionModule,
      ...(options.modules ?? []),
    ],
    controllers: [ProbeController],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .overrideProvider(Terminal)
    .useValue(terminal)
    .overrideProvider(KeyRing)
    .useClass(PooledKeyRing)
    .overrideProvider(HASH_COST)
    .useValue(QUICK)
    .overrideProvider(Ticker)
    .useValue(new ManualTicker())
    .compile();
  const app = module.createNestApplication<NestExpressApplication>({
    ...HTTP_OPTIONS,
    ...(options.tls ? { httpsOptions: options.tls } : {}),
  });
  app.useLogger(['error', 'fatal']);
  configureHttp(app);
  running.push(app);
  await app.listen(0, '127.0.0.1').catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  const baseUrl = await app.getUrl();
  const http = options.tls ? request.agent(baseUrl, { ca: String(options.tls.cert) }) : request(baseUrl);
  return { app, http, clock, terminal, baseUrl, config };
}

export interface Uaa {
  readonly url: string;
  readonly clientid: string;
  readonly clientsecret: string;
  readonly identityzone: string;
  readonly identityzoneid: string;
  readonly xsappname: string;
}

/** Returns the `uaa` part of the binding that the first start printed. */
export function printedBinding(service: Pick<Service, 'terminal'>): Uaa {
  const [vcap] = printedJson(service);
  return vcap.jobscheduler[0].credentials.uaa;
}

/** Returns the operator's client: it is kept in its file, or printed where no file is kept. */
export function printedOperator(service: Pick<Service, 'terminal'> & { config?: Config }): {
  clientid: string;
  clientsecret: string;
} {
  const folder = service.config?.credentialsDir;
  return folder
    ? JSON.parse(readFileSync(join(folder, 'operator-credentials.json'), 'utf8'))
    : printedJson(service)[1];
}

// The printed documents are whatever the service wrote: the test looks into them as an application would.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function printedJson(service: Pick<Service, 'terminal'>): any[] {
  const text = service.terminal.said.join('\n');
  return [...text.matchAll(/^\{$[\s\S]*?^\}$/gm)].map(([json]) => JSON.parse(json));
}

/** Requests a token in a zone, null for the provider's own, and returns the access token. */
export async function tokenFor(
  service: Pick<Service, 'http'>,
  uaa: { clientid: string; clientsecret: string },
  zone: string | null = null,
) {
  const answer = await service.http
    .post('/oauth/token')
    .auth(uaa.clientid, uaa.clientsecret)
    .set(zone === null ? {} : { 'X-Zid': zone })
    .type('form')
    .send({ grant_type: 'client_credentials' })
    .expect(200);
  return String(answer.body.access_token);
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** Subscribes a tenant to the provider's application. */
export async function subscribe(
  service: Pick<Service, 'http'>,
  providerToken: string,
  tenantId: string,
  subdomain: string,
  app = 'shop',
) {
  await service.http
    .put(`/callback/v1.0/tenants/${tenantId}`)
    .set(bearer(providerToken))
    .send({
      subscribedTenantId: tenantId,
      subscribedSubdomain: subdomain,
      subscriptionAppName: app,
      eventType: 'CREATE',
    })
    .expect(200);
}
