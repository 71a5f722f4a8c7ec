import { z } from 'zod';
import { InvalidInput, NotFound, shown } from '../../core/errors.js';
import { isUuid } from '../../core/uuid.js';
import { RUNNER_KINDS } from '../../database/entities/runner.row.js';
import { pageOffset, pageSize } from '../../http/wire-fields.js';
import type { CredentialsDraft, NewRunnerDraft, RunnerChange } from './runner.draft.js';
import { ANSWERED, refuseUnknown } from './runner-body.js';
import { apiUrl, caCertificate, guid } from './runner-fields.js';
import { vcapApplication } from './vcap-application.js';

const MOST_PER_PAGE = 100;
const USUAL_PER_PAGE = 20;
const LONGEST_NAME = 100;
const LONGEST_TEXT = 255;
const LONGEST_SECRET = 4_096;

const pageFields = { page_size: pageSize(MOST_PER_PAGE), offset: pageOffset() };

/** `page_size` (20 where it is not given) and `offset`. */
export const pageQuery = z.object(pageFields).transform(({ page_size: size, offset = 0 }) => ({
  pageSize: size ?? USUAL_PER_PAGE,
  offset,
}));

/** A page, and the whole name of an application. */
export const appsQuery = z
  .object({ ...pageFields, name: z.string().min(1).max(LONGEST_TEXT).optional() })
  .transform(({ name, page_size: size, offset = 0 }) => ({
    filter: { name },
    page: { pageSize: size ?? USUAL_PER_PAGE, offset },
  }));

/** The id of a runner in a path; one that is no UUID names nothing. */
export const ofRunner = z.object({ runnerId: z.string() }).transform(({ runnerId }) => {
  if (isUuid(runnerId)) return runnerId.toLowerCase();
  throw new NotFound(`There is no runner with the id ${shown(runnerId)}.`);
});

const name = z
  .string()
  .max(LONGEST_NAME)
  .regex(/^[^\p{C}\s]([^\p{C}]*[^\p{C}\s])?$/u, 'must have no blank at its begin or end, and no line breaks');

const loginName = z.string().min(1).max(LONGEST_TEXT);
const secret = z.string().min(1).max(LONGEST_SECRET);

const passwordCredentials = z
  .strictObject({
    kind: z.literal('password'),
    user: loginName,
    password: secret,
    origin: loginName.nullish(),
  })
  .transform(({ user, password, origin = null }): CredentialsDraft => ({
    loginKind: 'password',
    loginName: user,
    secret: password,
    origin,
  }));
const clientCredentials = z
  .strictObject({ kind: z.literal('client'), clientId: loginName, clientSecret: secret })
  .transform(({ clientId, clientSecret }): CredentialsDraft => ({
    loginKind: 'client',
    loginName: clientId,
    secret: clientSecret,
    origin: null,
  }));
const FORMS = `must be 'password', with 'user', 'password' and perhaps 'origin', or 'client', with 'clientId' and 'clientSecret'`;
const credentials = z.discriminatedUnion('kind', [passwordCredentials, clientCredentials], {
  error: ({ code }) => (code === 'invalid_union' ? FORMS : undefined),
});

const fields = {
  name,
  kind: z.enum(RUNNER_KINDS),
  api: apiUrl('api').optional(),
  spaceId: guid.optional(),
  appId: guid.nullish(),
  vcapApplication: vcapApplication.optional(),
  caCertificate: caCertificate.nullish(),
};

/** Where a runner leads: said field by field, or by the VCAP_APPLICATION of an application. */
const WHERE = ['api', 'spaceId', 'appId'] as const;

type Place = Pick<NewRunnerDraft, (typeof WHERE)[number]>;

interface Given {
  readonly api?: string | undefined;
  readonly spaceId?: string | undefined;
  readonly appId?: string | null | undefined;
  readonly vcapApplication?: Place | undefined;
}

/** Returns what is given of the place. */
function placeOf({ api, spaceId, appId, vcapApplication: told }: Given): Partial<Place> {
  const given = { ...(api !== undefined && { api }), ...(spaceId !== undefined && { spaceId }) };
  const place: Partial<Place> = { ...given, ...(appId !== undefined && { appId }) };
  const both = told && WHERE.find((field) => (place[field] ?? null) !== null);
  if (both === undefined) return told ?? place;
  throw new InvalidInput(`'${both}' is told by 'vcapApplication' too: leave one of them out`, both);
}

function wholePlaceOf(given: Given): Place {
  const { api, spaceId, appId = null } = placeOf(given);
  if (api === undefined) throw missing('api');
  if (spaceId === undefined) throw missing('spaceId');
  return { api, spaceId, appId };
}

const missing = (field: string) =>
  new InvalidInput(`'${field}' is required: give it, or 'vcapApplication' with all of an application`, field);

/** A new runner. */
export const runnerBody = z
  .looseObject({ ...fields, credentials })
  .superRefine(refuseUnknown([...Object.keys(fields), 'credentials']))
  .transform(({ name, kind, caCertificate = null, credentials, ...given }): NewRunnerDraft => ({
    ...{ name, kind, caCertificate, credentials },
    ...wholePlaceOf(given),
  }));

const LOGIN = ['user', 'clientId', 'origin'];

/** What changes of a runner; what is not given stays. */
export const runnerChange = z
  .looseObject({ ...fields, credentials })
  .partial()
  .superRefine(refuseUnknown([...Object.keys(fields), 'credentials', ...ANSWERED, ...LOGIN]))
  .transform(
    ({ name, kind, caCertificate, credentials, user, clientId, origin, ...given }): RunnerChange => ({
      answered: { user, clientId, origin },
      ...(name !== undefined && { name }),
      ...(kind !== undefined && { kind }),
      ...(caCertificate !== undefined && { caCertificate }),
      ...(credentials !== undefined && { credentials }),
      ...placeOf(given),
    }),
  );
