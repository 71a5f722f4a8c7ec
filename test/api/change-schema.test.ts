import { z } from 'zod';
import { changeSchema } from '../../src/http/change-schema.js';
import { parsed, refusing } from '../../src/http/validation.js';
import { InvalidInput } from '../../src/core/errors.js';

function setup() {
  const even = (value: number) => {
    if (value % 2 === 0) return value / 2;
    throw new InvalidInput(`'count' must be even, but is ${value}`, 'count');
  };
  const draft = z.object({
    name: z.string().min(2),
    count: z.number().transform(refusing(even)).default(7),
    tags: z.array(z.string()).default(() => ['new']),
    note: z.string().nullable().default(null),
    hint: z.string().optional(),
    kind: z.enum(['a', 'b']).meta({ description: 'The kind.' }).default('a'),
  });
  return { draft, change: changeSchema(draft) };
}

describe('The schema of a change', () => {
  it('gives nothing to a field that is not given, where the draft gives its default', () => {
    const { draft, change } = setup();
    expect(parsed(draft, { name: 'xy' })).toEqual({
      name: 'xy',
      count: 7,
      tags: ['new'],
      note: null,
      kind: 'a',
    });
    const changed = parsed(change, {});
    expect(Object.values(changed).filter((value) => value !== undefined)).toEqual([]);
    expect(parsed(change, { count: undefined }).count).toBeUndefined();
  });

  it('tells null, which clears, from a field that is not given', () => {
    const { change } = setup();
    expect(parsed(change, { note: null })).toEqual({ note: null });
  });

  it('parses and refuses what is given as the draft does, in the same words', () => {
    const { draft, change } = setup();
    expect(parsed(change, { count: 4, kind: 'b', hint: 'h' })).toEqual({ count: 2, kind: 'b', hint: 'h' });
    for (const wrong of [{ name: 'x' }, { count: 3 }, { count: 'x' }, { kind: 'c' }, { tags: null }]) {
      const refusalBy = (schema: z.ZodType) => {
        try {
          parsed(schema, { name: 'xy', ...wrong });
        } catch (error) {
          return (error as Error).message;
        }
        throw new Error(`${JSON.stringify(wrong)} is not refused.`);
      };
      expect(refusalBy(change)).toBe(refusalBy(draft));
    }
  });

  it('is described like the draft, without defaults and with nothing required', () => {
    const { change } = setup();
    const described = z.toJSONSchema(change, { io: 'input', unrepresentable: 'any' });
    expect(described.required).toBeUndefined();
    expect(JSON.stringify(described)).not.toContain('"default"');
    expect(described.properties?.['kind']).toEqual({
      type: 'string',
      enum: ['a', 'b'],
      description: 'The kind.',
    });
  });

  it.each([
    ['under a later step', z.string().default('x').pipe(z.string())],
    ['under an optional', z.string().default('x').optional()],
    ['before parsing', z.string().prefault('x')],
  ])('cannot be made of a draft with a default %s, which would overwrite what is stored', (_where, field) => {
    expect(() => changeSchema(z.object({ field }))).toThrow("'field' has a default that a change would keep");
  });
});
