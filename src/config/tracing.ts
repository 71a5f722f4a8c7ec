import { z } from 'zod';
import { VERSION } from './version.js';

/** Where traces go. */
export interface TraceEndpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is said of this service with all of its spans. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** How the service is traced (telemetry.md, "Traces"). */
export interface Tracing {
  /** Null where no traces leave the process. */
  readonly endpoint: TraceEndpoint | null;
  /** The share of runs and requests that are traced, from 0 to 1. */
  readonly share: number;
}

const ENDPOINT_FORM = 'must be a URL such as http://otel-collector:4318, without user and password';
const HEADERS_FORM = 'must be name=value pairs with commas between them, values percent-encoded';
const SHARE_FORM = 'must be a number from 0 to 1, such as 0.01';
const SERVICE = 'carillon';
const TRACES_PATH = '/v1/traces';
const SHARE_OF_EXPORT = 0.01;
const SHARE_OF_FLAGS = 1;

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

const endpoint = z.string().refine(isEndpoint, ENDPOINT_FORM).optional();

/** The standard variables of OpenTelemetry that are read here. */
export const tracingVariables = {
  OTEL_SDK_DISABLED: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', 'false'], 'must be true or false'))
    .default('false'),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], 'must be otlp or none').default('otlp'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.literal('http/json', 'must be http/json').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .transform((text, context) => {
      const headers = pairsOf(text);
      const isUsable = headers?.every(([name, value]) => HEADER_NAME.test(name) && HEADER_VALUE.test(value));
      if (headers && isUsable) return Object.fromEntries(headers);
      context.addIssue({ code: 'custom', message: HEADERS_FORM });
      return z.NEVER;
    })
    .optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .transform((text, context) => {
      const attributes = pairsOf(text);
      if (attributes) return Object.fromEntries(attributes);
      context.addIssue({ code: 'custom', message: HEADERS_FORM });
      return z.NEVER;
    })
    .optional(),
  OTEL_TRACES_SAMPLER: z
    .enum(['traceidratio', 'parentbased_traceidratio'], 'must be traceidratio or parentbased_traceidratio')
    .optional(),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0?\.\d+|[01](\.\d*)?)$/, SHARE_FORM)
    .transform(Number)
    .refine((share) => share <= 1, SHARE_FORM)
    .optional(),
} as const;

type Given = z.output<z.ZodObject<typeof tracingVariables>>;

/** Returns how the service is traced. */
export function tracingOf(given: Given): Tracing {
  const found = endpointOf(given);
  const share = given.OTEL_TRACES_SAMPLER_ARG ?? (found === null ? SHARE_OF_FLAGS : SHARE_OF_EXPORT);
  return { endpoint: found, share };
}

function endpointOf(given: Given): TraceEndpoint | null {
  const url = urlOf(given);
  const isOff = given.OTEL_SDK_DISABLED === 'true' || given.OTEL_TRACES_EXPORTER === 'none';
  if (url === null || isOff) return null;
  return {
    url,
    headers: given.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    attributes: {
      'service.name': SERVICE,
      'service.version': VERSION,
      ...given.OTEL_RESOURCE_ATTRIBUTES,
      ...(given.OTEL_SERVICE_NAME !== undefined && { 'service.name': given.OTEL_SERVICE_NAME }),
    },
  };
}

/** The endpoint of all signals is the one to which a path is added; that of traces is taken as it is. */
function urlOf(given: Given): string | null {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ofTraces, OTEL_EXPORTER_OTLP_ENDPOINT: ofAll } = given;
  if (ofTraces !== undefined) return ofTraces;
  if (ofAll === undefined) return null;
  const url = new URL(ofAll);
  url.pathname = url.pathname.replace(/\/*$/, TRACES_PATH);
  return url.href;
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

/** Returns `name=value,...` as pairs, the values percent-decoded; null where the text has another form. */
function pairsOf(text: string): [string, string][] | null {
  const pairs: [string, string][] = [];
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(0, at)).trim();
    if (name === '') return null;
    try {
      pairs.push([name, decodeURIComponent(part.slice(at + 1).trim())]);
    } catch {
      return null;
    }
  }
  return pairs;
}
