import { z } from 'zod';
import { refusal } from '../answers.js';
import { protocolOf, type Protocol } from '../protocol/protocols.js';

/** What a refusal means, by its status. */
const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request is not valid; the message names the field, the value and the remedy.',
  401: 'No credentials, or credentials that do not hold.',
  403: 'The credentials do not carry the right.',
  404: 'There is no such object, or not for this caller.',
  409: 'The object is in a state that does not permit the request.',
  413: 'The body is too large.',
  415: 'The body has a content type that is not read here.',
  429: 'Too many requests of this tenant; see Retry-After.',
  500: 'The service failed.',
  503: 'The service is busy; see Retry-After.',
};
const WITH_BODY = [413, 415];

/** The refusals of one protocol: their form, and one of them. */
interface Refusals {
  readonly schema: z.ZodType;
  readonly media: string;
  readonly exampleOf: (status: number) => unknown;
}

const message = 'What is wrong, and what to do about it';

const SCHEDULER: Refusals = {
  schema: refusal,
  media: 'application/json',
  exampleOf: (code) => ({ code, message, type: 'What kind of error it is', detailedError: message }),
};

const PROBLEMS: Refusals = {
  schema: z
    .strictObject({
      type: z.literal('about:blank'),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      field: z.string().optional(),
    })
    .meta({ id: 'Problem' }),
  media: 'application/problem+json',
  exampleOf: (status) => ({
    type: 'about:blank',
    title: 'What kind of error it is',
    status,
    detail: message,
  }),
};

const BY_PROTOCOL: Readonly<Partial<Record<Protocol['name'], Refusals>>> = {
  HMC: {
    schema: z
      .strictObject({
        'http-status': z.int(),
        reason: z.int(),
        message: z.string(),
        'request-method': z.string(),
        'request-uri': z.string(),
      })
      .meta({ id: 'OperationError' }),
    media: 'application/json',
    exampleOf: (status) => ({
      'http-status': status,
      reason: 1,
      message,
      'request-method': 'GET',
      'request-uri': '/api/jobs/018f3a52-7b1c-7c3e-9d2a-5b6c7d8e9f00',
    }),
  },
  OAuth: {
    schema: z.strictObject({ error: z.string(), error_description: z.string() }).meta({ id: 'OAuthError' }),
    media: 'application/json',
    exampleOf: () => ({ error: 'invalid_request', error_description: message }),
  },
  admin: PROBLEMS,
  dashboard: PROBLEMS,
};

/** Returns the refusals in the form of the protocol that a path speaks. */
export function refusalsOf(path: string): Refusals {
  return BY_PROTOCOL[protocolOf(path).name] ?? SCHEDULER;
}

/** What decides which refusals a route has. */
interface Refusing {
  readonly path: string;
  readonly isPublic: boolean;
  readonly hasBody: boolean;
  readonly more: readonly number[];
}

/** Returns the statuses of the refusals of a route, with their meanings. */
export function statusesOf({ path, isPublic, hasBody, more }: Refusing): [number, string][] {
  const { name, isLimited } = protocolOf(path);
  const always = [
    ...(isPublic && name !== 'OAuth' ? [] : [400, 401]),
    ...(isPublic ? [] : [403, 404]),
    ...(isLimited ? [429, 503] : []),
    ...(hasBody ? WITH_BODY : []),
    500,
  ];
  const statuses = [...new Set([...always, ...more])].sort((a, b) => a - b);
  return statuses.map((status) => [status, MEANINGS[status] ?? 'Refused.']);
}
