import { dirname } from 'node:path';
import { isIP } from 'node:net';
import { z } from 'zod';
import { CannotStart } from './cannot-start.js';
import { dashboardOf } from './dashboard-setting.js';
import { parseDatabaseUrl, type UnreadableDatabaseUrl } from './database-url.js';
import { externalIssuers } from './external-issuers.js';
import { FEWEST_CHARACTERS } from './key-encryption-secrets.js';
import { limitsOf, limitVariables } from './limits.js';
import { isLoopback } from './loopback.js';
import { metricsOf, metricsVariables, TENANTS_NEED_TOKEN } from './metrics-setting.js';
import { settingFault } from './setting-fault.js';
import { tracingOf, tracingVariables } from './tracing.js';
import { wholeNumber } from './whole-number.js';

/** The settings of one process, read once at start, validated and frozen (configuration.md). */
export type Config = Readonly<ReturnType<typeof readConfig>>;

/** The token under which the frozen Config is provided. */
export const CONFIG = Symbol('Config');

/**
 * The error for a configuration that cannot be used. Its message lists every variable that is wrong and its
 * permitted values.
 */
export class InvalidConfig extends CannotStart {}

const url = (schemes: readonly string[], example: string) =>
  z.string().refine((text) => {
    try {
      return schemes.includes(new URL(text).protocol);
    } catch {
      return false;
    }
  }, `must be a URL such as ${example}`);

/** How long calls may take that nothing longer is said of. */
const USUAL_CALL_MS = 15_000;

const list = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .optional();

const PROXY_FORM =
  'must be addresses (10.1.2.3), ranges (10.0.0.0/8), loopback, linklocal or uniquelocal, with commas between';

function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bits === undefined) return most > 0;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= most;
}

const variables = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  PORT: wholeNumber(0, 65_535, 3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: url(['http:', 'https:'], 'https://jobs.example.com').optional(),
  UAA_DOMAIN: z.string().min(1).optional(),
  DATABASE_URL: z
    .string()
    .superRefine((text, context) => {
      try {
        parseDatabaseUrl(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as UnreadableDatabaseUrl).message });
      }
    })
    .default('sqlite:./data/carillon.sqlite'),
  TLS_CERT: z.string().min(1).optional(),
  TLS_KEY: z.string().min(1).optional(),
  KEY_ENCRYPTION_SECRET: z
    .string()
    .min(FEWEST_CHARACTERS, `must have at least ${FEWEST_CHARACTERS} characters`)
    .optional(),
  CREDENTIALS_DIR: z.string().min(1).optional(),
  TOKEN_LIFETIME_S: wholeNumber(60, 604_800, 43_200),
  TENANT_URL_TEMPLATE: z
    .string()
    .includes('{subdomain}', {
      message: 'must hold {subdomain}, such as https://{subdomain}.app.example.com',
    })
    .optional(),
  REGISTRY_URL: url(['http:', 'https:'], 'https://registry.example.com').optional(),
  REGISTRY_TOKEN_URL: url(['http:', 'https:'], 'https://auth.example.com/oauth/token').optional(),
  REGISTRY_CLIENT_ID: z.string().min(1).optional(),
  REGISTRY_CLIENT_SECRET: z.string().min(1).optional(),
  EXTERNAL_ISSUERS: externalIssuers,
  TRUSTED_PROXIES: list
    .refine((parts) => parts?.every(isProxy) ?? true, PROXY_FORM)
    .transform((parts) => parts ?? []),
  OUTBOUND_ALLOW: list,
  ACTION_TIMEOUT_MS: wholeNumber(1, 300_000, 300_000),
  MAX_CALLS: wholeNumber(1, 100_000, 512),
  MAX_CALLS_PER_TENANT: wholeNumber(1, 100_000, 50),
  ...limitVariables,
  LEASE_MS: wholeNumber(1_000, 3_600_000, 20_000),
  RATE_LIMIT_CLIENT_PER_MINUTE: wholeNumber(0, 100_000_000, 6000),
  RATE_LIMIT_ABSOLUTE_PER_MINUTE: wholeNumber(0, 100_000_000, 0),
  DISPATCH: z.enum(['on', 'off']).default('on'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['pretty', 'json']).optional(),
  DASHBOARD: z.enum(['on', 'off']).default('on'),
  DASHBOARD_SESSION_HOURS: wholeNumber(1, 168, 12),
  ...metricsVariables,
  AMQP_URL: url(['amqp:', 'amqps:'], 'amqp://user:password@broker:5672').optional(),
  ...tracingVariables,
});

const HOUR_MS = 3_600_000;

/** The names of all settings. */
export const SETTINGS: readonly string[] = Object.keys(variables.shape);

const LOOPBACK = ['127.0.0.0/8', '::1/128', 'localhost'];

/**
 * Returns the Config that an environment describes. Unset and empty variables get their defaults. Throws
 * InvalidConfig, which lists every variable that is wrong, when any other value is not permitted. Variables that
 * do not belong to this service are ignored (`misspeltVariables` tells which may be mistakes).
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, isTerminal = false) {
  const given = Object.fromEntries(SETTINGS.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => settingFault(env, issue));
    throw new InvalidConfig(`The configuration cannot be used:\n${lines.join('\n')}`);
  }
  const v = parsed.data;
  const isProduction = v.NODE_ENV === 'production';
  if ((v.TLS_CERT === undefined) !== (v.TLS_KEY === undefined)) {
    throw new InvalidConfig('TLS_CERT and TLS_KEY go together: set both to serve HTTPS, or neither.');
  }
  if (isProduction) requireProtection(v);
  const scheme = v.TLS_CERT === undefined ? 'http' : 'https';
  const publicUrl = (v.PUBLIC_URL ?? `${scheme}://localhost:${v.PORT}`).replace(/\/+$/, '');
  return Object.freeze({
    isProduction,
    port: v.PORT,
    host: v.HOST,
    publicUrl,
    uaaDomain: v.UAA_DOMAIN ?? new URL(publicUrl).host,
    databaseUrl: v.DATABASE_URL,
    tls:
      v.TLS_CERT === undefined || v.TLS_KEY === undefined
        ? null
        : { certFile: v.TLS_CERT, keyFile: v.TLS_KEY },
    keyEncryptionSecret: v.KEY_ENCRYPTION_SECRET ?? null,
    credentialsDir: credentialsDirOf(v),
    tokenLifetimeS: v.TOKEN_LIFETIME_S,
    tenantUrlTemplate: v.TENANT_URL_TEMPLATE ?? publicUrl.replace('://', '://{subdomain}.'),
    registry: registryOf(v),
    externalIssuers: v.EXTERNAL_ISSUERS,
    trustedProxies: v.TRUSTED_PROXIES,
    outboundAllow: v.OUTBOUND_ALLOW ?? (isProduction ? [] : LOOPBACK),
    actionTimeoutMs: Math.min(USUAL_CALL_MS, v.ACTION_TIMEOUT_MS),
    longestCallMs: v.ACTION_TIMEOUT_MS,
    maxCalls: v.MAX_CALLS,
    maxCallsPerTenant: v.MAX_CALLS_PER_TENANT,
    limits: limitsOf(v),
    leaseMs: v.LEASE_MS,
    rateLimitClientPerMinute: v.RATE_LIMIT_CLIENT_PER_MINUTE,
    rateLimitAbsolutePerMinute: v.RATE_LIMIT_ABSOLUTE_PER_MINUTE,
    isDispatching: v.DISPATCH === 'on',
    logLevel: v.LOG_LEVEL,
    logFormat: v.LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json'),
    dashboard: {
      ...dashboardOf(v.DASHBOARD === 'on', publicUrl),
      sessionMs: v.DASHBOARD_SESSION_HOURS * HOUR_MS,
    },
    metrics: metricsSettingOf(v),
    amqpUrl: v.AMQP_URL ?? null,
    tracing: tracingOf(v),
  });
}

/** Returns the Config that the environment of this process describes, and variables where it leaves them open. Throws as `readConfig` does. */
export function readProcessConfig(otherwise: Readonly<Record<string, string>> = {}): Config {
  const set = Object.entries(process.env).filter(([, value]) => value !== '');
  return readConfig({ ...otherwise, ...Object.fromEntries(set) });
}

/** Throws InvalidConfig where a production deployment would keep or send secrets in clear. */
function requireProtection(v: z.output<typeof variables>): void {
  if (v.KEY_ENCRYPTION_SECRET === undefined) {
    throw new InvalidConfig(
      'KEY_ENCRYPTION_SECRET is required in production: it encrypts signing keys and stored passwords. Set it to 16 or more random characters and keep it.',
    );
  }
  if (v.TRUSTED_PROXIES.length === 0 && isPlainHttp(v.PUBLIC_URL)) {
    throw new InvalidConfig(
      `PUBLIC_URL '${v.PUBLIC_URL}' is plain http, so that secrets and tokens could be read on the way: set it to the https address, serve HTTPS (TLS_CERT, TLS_KEY) or name the proxies that end TLS (TRUSTED_PROXIES).`,
    );
  }
}

/** Returns whether a URL is plain http to another host than this one. */
function isPlainHttp(text: string | undefined): boolean {
  if (text === undefined) return false;
  const { protocol, hostname } = new URL(text);
  // Browsers take a name below localhost for this machine without asking anybody; a client of a database asks.
  return protocol === 'http:' && !isLoopback(hostname) && !hostname.endsWith('.localhost');
}

/** Returns the SaaS registry that is informed of asynchronous subscriptions, null where none is configured. */
function registryOf(v: z.output<typeof variables>) {
  const given = {
    url: v.REGISTRY_URL,
    tokenUrl: v.REGISTRY_TOKEN_URL,
    clientId: v.REGISTRY_CLIENT_ID,
    clientSecret: v.REGISTRY_CLIENT_SECRET,
  };
  const { url, tokenUrl, clientId, clientSecret } = given;
  if (url !== undefined && tokenUrl !== undefined && clientId !== undefined && clientSecret !== undefined) {
    return { url: url.replace(/\/+$/, ''), tokenUrl, clientId, clientSecret };
  }
  if (Object.values(given).every((value) => value === undefined)) return null;
  throw new InvalidConfig(
    'REGISTRY_URL, REGISTRY_TOKEN_URL, REGISTRY_CLIENT_ID and REGISTRY_CLIENT_SECRET go together: set all of them, or none.',
  );
}

/** Returns the settings of /metrics. Throws InvalidConfig where it would name tenants to everybody. */
function metricsSettingOf(v: z.output<typeof variables>) {
  const metrics = metricsOf(v);
  if (metrics.tenants > 0 && metrics.token === null) throw new InvalidConfig(TENANTS_NEED_TOKEN);
  return metrics;
}

/**
 * Returns the directory for the credentials of the first start: beside the SQLite file, otherwise ./data; null
 * for a database that is lost when the process ends.
 */
function credentialsDirOf(v: z.output<typeof variables>): string | null {
  const databaseUrl = v.DATABASE_URL;
  if (v.CREDENTIALS_DIR !== undefined) return v.CREDENTIALS_DIR;
  if (databaseUrl === 'sqlite::memory:') return null;
  return databaseUrl.startsWith('sqlite:') ? dirname(databaseUrl.slice('sqlite:'.length)) : 'data';
}
