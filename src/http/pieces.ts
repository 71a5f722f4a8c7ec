import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** Parts of a list that are read one after the other, each when the one before is sent. */
export type Parts<T> = AsyncIterable<readonly T[]>;

/** Yields the JSON text of an object in pieces; the last field of the object is a list of which each entry is a piece. */
export async function* objectText(
  fields: object,
  list: string,
  parts: Parts<unknown>,
): AsyncGenerator<string> {
  const text = JSON.stringify(fields);
  yield `${text.slice(0, -1)}${text === '{}' ? '' : ','}${JSON.stringify(list)}:[`;
  let comma = '';
  for await (const part of parts) {
    for (const entry of part) {
      yield `${comma}${JSON.stringify(entry)}`;
      comma = ',';
    }
  }
  yield ']}';
}

/** Yields the JSON text of an object whose field `results` has one entry, of which the text comes in pieces. */
export async function* onlyResultText(entry: AsyncIterable<string>, after: object): AsyncGenerator<string> {
  yield '{"results":[';
  yield* entry;
  yield `],${JSON.stringify(after).slice(1)}`;
}

/** Yields the parts of a list: the first, which is there already, and those that are yet to be read. */
export async function* allParts<T, To>(
  first: readonly T[],
  rest: Parts<T>,
  shown: (entry: T) => To,
): AsyncGenerator<To[]> {
  yield first.map(shown);
  for await (const part of rest) yield part.map(shown);
}

/** Returns an answer that is sent in pieces, no faster than its client reads them. Where reading fails, it is cut off. */
export function inPieces(text: AsyncIterable<string>): StreamableFile {
  return new StreamableFile(Readable.from(text), { type: 'application/json; charset=utf-8' });
}

/** Returns a file that is sent in pieces, and does `end` when it is over: sent, failed, or given up by its client. */
export function filePieces(
  text: AsyncIterable<string>,
  { type, name }: { readonly type: string; readonly name: string },
  end: () => void,
): StreamableFile {
  const stream = Readable.from(text);
  stream.once('close', end);
  return new StreamableFile(stream, { type, disposition: `attachment; filename="${name}"` });
}
