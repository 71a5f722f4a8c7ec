import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';

/** A part of a file whose shape is what the test is about. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as the answers that come over the wire
export type Parsed = any;

export const textOf = (path: string): string => readFileSync(path, 'utf8');

/** Returns a YAML file, `<<` merged as Compose does. A key that stands there twice is an error. */
export const yamlOf = (path: string): Parsed => parse(textOf(path), { merge: true });

/** Returns the objects that the chart renders for a case of test/deploy/chart, by their kind. */
export function renderedChart(name: string): ReadonlyMap<string, Parsed> {
  const objects = parseAllDocuments(textOf(`test/deploy/chart/${name}.yaml`)).map((each): Parsed =>
    each.toJS(),
  );
  return new Map(objects.flatMap((each) => (each === null ? [] : [[String(each.kind), each]])));
}

/** Returns what `name=value` lines say, comments included where they are a `#` right before a name. */
export function linesOf(text: string, from = /^#?/): ReadonlyMap<string, string> {
  const found = text
    .split('\n')
    .flatMap((line) => [...line.replace(from, '').matchAll(/(?:^| )([A-Z][A-Z0-9_]+)=(\S*)/g)]);
  return new Map(found.map(([, name = '', value = '']) => [name, value]));
}
