import { JSON_OBJECT as texts } from './texts/json-object.js';

/** Returns what is wrong with a text that is to be a JSON object, undefined where nothing is. */
export function jsonObjectFault(text: string): string | undefined {
  if (text.trim() === '') return texts.missing;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : texts.missing;
  } catch (error) {
    // The browser's own sentence says at which character.
    return texts.broken((error as SyntaxError).message);
  }
}
