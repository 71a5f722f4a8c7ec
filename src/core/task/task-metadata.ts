import { InvalidInput, shown } from '../errors.js';
import { hasControlCharacters } from './control-characters.js';
import { objectAt } from './json-object.js';

/** What is written on a task: labels can be searched for, annotations cannot. */
export interface TaskMetadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Labels by which the service finds the tasks that it has started. */
const OWN_LABELS = 'carillon-';
const RESERVED_PREFIX = 'cloudfoundry.org';
const MOST_OF_PREFIX = 253;
const MOST_OF_ANNOTATION = 5_000;
/** The name of a label or annotation, and the value of a label: the Cloud Controller's syntax, which is that of Kubernetes. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;

/** Returns the metadata that somebody wants on a task. Throws InvalidInput that names the key. */
export function parseMetadata(value: unknown, place: string): TaskMetadata {
  const { labels, annotations, ...others } = objectAt(value, place);
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new InvalidInput(
      `${shown(`${place}.${other}`)} is not known: 'labels' and 'annotations' are`,
      place,
    );
  }
  return {
    ...(labels === undefined ? {} : { labels: parsedTexts(labels, `${place}.labels`, refuseLabel) }),
    ...(annotations === undefined
      ? {}
      : { annotations: parsedTexts(annotations, `${place}.annotations`, refuseAnnotation) }),
  };
}

/** Refuses a text at its place. */
type Refusing = (key: string, text: string, place: string) => void;

function parsedTexts(value: unknown, place: string, refuse: Refusing): Readonly<Record<string, string>> {
  const texts = Object.entries(objectAt(value, place)).map(([key, text]) => {
    refuseKey(key, place);
    if (typeof text !== 'string') {
      throw new InvalidInput(`${shown(`${place}.${key}`)} must be a text, but is ${shown(text)}`, place);
    }
    refuse(key, text, place);
    return [key, text] as const;
  });
  return Object.fromEntries(texts);
}

function refuseKey(key: string, place: string): void {
  const [name = '', prefix, ...rest] = key.split('/').reverse();
  const isPrefixed =
    prefix === undefined ||
    (prefix.length <= MOST_OF_PREFIX &&
      PREFIX.test(prefix) &&
      prefix.toLowerCase() !== RESERVED_PREFIX &&
      rest.length === 0);
  if (NAME.test(name) && isPrefixed) return;
  throw new InvalidInput(
    `${shown(`${place}.${key}`)} must be 1 to 63 letters, digits and - _ . that begin and end with a letter or digit; a domain may go before it, with a slash between them`,
    place,
  );
}

function refuseLabel(key: string, text: string, place: string): void {
  if (key.startsWith(OWN_LABELS)) {
    throw new InvalidInput(
      `${shown(`${place}.${key}`)} is a label of the service itself: let it begin otherwise than with '${OWN_LABELS}'`,
      place,
    );
  }
  if (text === '' || NAME.test(text)) return;
  throw new InvalidInput(
    `${shown(`${place}.${key}`)} must be at most 63 letters, digits and - _ . that begin and end with a letter or digit, but is ${shown(text)}`,
    place,
  );
}

function refuseAnnotation(key: string, text: string, place: string): void {
  if (hasControlCharacters(text)) {
    throw new InvalidInput(
      `${shown(`${place}.${key}`)} must not contain control characters but tabs and line feeds, but is ${shown(text)}`,
      place,
    );
  }
  if (Array.from(text).length <= MOST_OF_ANNOTATION) return;
  throw new InvalidInput(
    `${shown(`${place}.${key}`)} must have at most ${MOST_OF_ANNOTATION} characters: shorten it`,
    place,
  );
}
