import { z } from 'zod';
import { InvalidInput } from '../../core/errors.js';
import { refusing } from '../../http/validation.js';
import { apiUrl, guid } from './runner-fields.js';

/** What counts of the variable. */
const place = z
  .object({ cf_api: apiUrl('cf_api'), space_id: guid, application_id: guid.nullish() })
  .transform(({ cf_api: api, space_id: spaceId, application_id: appId = null }) => ({ api, spaceId, appId }));

/** The environment variable VCAP_APPLICATION of an application, as a JSON object or as its text. */
export const vcapApplication = z
  .unknown()
  .transform(refusing(objectOf))
  .pipe(place)
  .meta({
    anyOf: [
      {
        type: 'object',
        properties: {
          cf_api: { type: 'string' },
          space_id: { type: 'string' },
          application_id: { type: 'string' },
        },
        required: ['cf_api', 'space_id'],
      },
      { type: 'string' },
    ],
  });

function objectOf(value: unknown): z.input<typeof place> {
  const given = typeof value === 'string' ? jsonOf(value) : value;
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    return given as z.input<typeof place>; // what is in it is read next
  }
  throw new InvalidInput(
    "'vcapApplication' must be the JSON object of the variable VCAP_APPLICATION, or its text",
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
