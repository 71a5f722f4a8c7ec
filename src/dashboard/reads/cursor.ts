import { InvalidInput, shown } from '../../core/errors.js';
import type { Instant } from '../../core/instant.js';
import { isUuid } from '../../core/uuid.js';

/** The last entry of a page of a list that goes back in time. Entries of the same instant have an order by their ids. */
export interface Cursor {
  readonly at: Instant;
  readonly id: string;
}

/** Returns the text by which a caller asks for what follows an entry. */
export function cursorText({ at, id }: Cursor): string {
  return `${at}_${id}`;
}

/** Returns the cursor of such a text. Throws InvalidInput for any other. */
export function parseCursor(text: string): Cursor {
  const [, at, id] = /^(\d{1,15})_(.{36})$/.exec(text) ?? [];
  if (at === undefined || id === undefined || !isUuid(id)) {
    throw new InvalidInput(`'after' must be what a page before said, but is ${shown(text)}`, 'after');
  }
  return { at: Number(at), id: id.toLowerCase() };
}
