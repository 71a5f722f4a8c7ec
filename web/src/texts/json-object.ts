/** What is said of a text that is to be a JSON object. */
export const JSON_OBJECT = {
  missing: 'Write a JSON object in braces, such as {"month": 12}',
  broken: (why: string) => `This is no JSON: ${why}`,
} as const;
