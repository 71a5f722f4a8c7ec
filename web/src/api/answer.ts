import type { z } from 'zod';

/** What a route answers, of the schema by which the service describes it: a type alone, nothing of the schema is built in. */
export type Answer<Schema extends z.ZodType> = Unchanging<z.output<Schema>>;

/** The same, as something that is only looked at. */
type Unchanging<T> = T extends readonly (infer Entry)[]
  ? readonly Unchanging<Entry>[]
  : T extends object
    ? { readonly [Key in keyof T]: Unchanging<T[Key]> }
    : T;
