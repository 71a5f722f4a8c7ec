import type { Response } from 'supertest';
import { z } from 'zod';

/** The part of an OpenAPI document that answers are checked by. */
interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: Responses }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}
type Responses = Readonly<Record<string, { content?: Readonly<Record<string, { schema: object }>> }>>;

const validators = new Map<string, z.ZodType>();

/**
 * Returns a check for `supertest`: an answer of a described route must be one that the document tells of, by its
 * status and by its body. A path that is not described must answer 404 or 405.
 */
export function conformity(api: Api) {
  return (method: string, url: string) => (answer: Response) => {
    const path = url.split('?')[0] ?? '';
    const found = Object.keys(api.paths).find((each) => pattern(each).test(path));
    const route = found === undefined ? undefined : api.paths[found]?.[method];
    if (!route) {
      if ([404, 405].includes(answer.status)) return;
      throw new Error(`${method} ${path} answered ${answer.status} and is not in the OpenAPI document.`);
    }
    const described = route.responses[answer.status];
    if (!described) throw new Error(`${method} ${found} answered ${answer.status}, which is not described.`);
    const [type] = String(answer.headers['content-type'] ?? '').split(';');
    const schema = described.content?.[type ?? '']?.schema;
    if (described.content && !schema)
      throw new Error(`${method} ${found} answered ${answer.status} with ${type}, which is not described.`);
    if (!schema || !/[/+]json$/.test(type ?? '')) return;
    const checked = validator(api, schema).safeParse(answer.body);
    if (checked.success) return;
    throw new Error(
      `${method} ${found} answered ${answer.status} with another body than described: ${checked.error.message}\n` +
        JSON.stringify(answer.body),
    );
  };
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`);
}

function validator(api: Api, schema: object): z.ZodType {
  const key = JSON.stringify(schema);
  const known = validators.get(key);
  if (known) return known;
  const text = JSON.stringify({ ...schema, $defs: api.components.schemas });
  const made = z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
  validators.set(key, made);
  return made;
}
