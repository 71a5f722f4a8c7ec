import type { ColumnOptions } from 'typeorm';
import { uuidFromHex, uuidToHex } from '../core/uuid.js';

/** Returns the 16 stored bytes of a UUID. */
export function uuidToBytes(uuid: string): Buffer {
  return Buffer.from(uuidToHex(uuid), 'hex');
}

/** Returns the text of a UUID that is stored in 16 bytes. */
export function uuidFromBytes(bytes: Buffer): string {
  return uuidFromHex(bytes.toString('hex'));
}

/** Returns the flag that a stored TINYINT means, as hand-written SQL reads it. */
export function flagOf(value: number | null): boolean | null {
  return value === null ? null : value === 1;
}

const nullable =
  <A, B>(convert: (value: A) => B) =>
  (value: A | null | undefined): B | null | undefined => {
    if (value === null) return null;
    return value === undefined ? undefined : convert(value);
  };

/**
 * How the product's types are stored. The same options serve both databases: UUIDs take 16 bytes, instants are
 * epoch milliseconds in a BIGINT, enumerations are small integers with one mapping.
 */
export const uuidColumn = {
  type: 'blob',
  transformer: { to: nullable(uuidToBytes), from: nullable(uuidFromBytes) },
} satisfies ColumnOptions;

export const instantColumn = {
  type: 'bigint',
  // A driver answers a BIGINT as text or number, as it sees fit; instants are always safe integers.
  transformer: { to: (value: unknown) => value, from: nullable(Number) },
} satisfies ColumnOptions;

export const flagColumn = {
  type: 'tinyint',
  transformer: { to: nullable((flag: boolean) => (flag ? 1 : 0)), from: nullable(Boolean) },
} satisfies ColumnOptions;

/** Returns the column of an enumeration whose values are stored as their place in `values`: append only, never reorder. */
export function enumColumn<T extends string>(values: readonly T[]): ColumnOptions {
  return {
    type: 'tinyint',
    transformer: {
      to: nullable((value: T) => values.indexOf(value)),
      from: nullable((place: number) => values[Number(place)]),
    },
  };
}
