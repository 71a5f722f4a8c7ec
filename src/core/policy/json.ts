/** What the value of a setting is made of: it is stored, answered and exported as JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
