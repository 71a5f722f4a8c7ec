import { InvalidInput, shown } from '../errors.js';
import { isUuid } from '../uuid.js';
import { hasControlCharacters } from './control-characters.js';
import { objectAt } from './json-object.js';
import { parseMetadata, type TaskMetadata } from './task-metadata.js';

/** What a Cloud Foundry task may be started with, by the names of the Cloud Controller (cf-tasks.md, "Options"). */
export interface TaskOptions {
  readonly memory_in_mb?: number;
  readonly disk_in_mb?: number;
  readonly log_rate_limit_in_bytes_per_second?: number;
  readonly command?: string;
  readonly name?: string;
  readonly user?: string;
  readonly droplet_guid?: string;
  readonly template?: TaskTemplate;
  readonly metadata?: TaskMetadata;
}

/** A process whose command and sizes a task takes over. */
export interface TaskTemplate {
  readonly process: { readonly guid: string };
}

export const MOST_OF_COMMAND = 4_096;
const MOST_OF_NAME = 255;
/** Returns what a value means where it is one of its key; throws InvalidInput with its place where it is not. */
type Rule = (value: unknown, place: string) => unknown;

const RULES: Readonly<Record<keyof TaskOptions, Rule>> = {
  memory_in_mb: wholeNumber(1),
  disk_in_mb: wholeNumber(1),
  log_rate_limit_in_bytes_per_second: wholeNumber(-1),
  command: text(MOST_OF_COMMAND),
  name: text(MOST_OF_NAME),
  user: text(MOST_OF_NAME),
  droplet_guid: uuid,
  template,
  metadata: parseMetadata,
};

export const OPTION_NAMES: readonly string[] = Object.keys(RULES);

/**
 * Returns options of a task that somebody sent as an object. `place` is the name of the field that they came in. Throws
 * InvalidInput that names the key: what the Cloud Controller would refuse at each run is refused here, at once.
 */
export function parseTaskOptions(value: unknown, place: string): TaskOptions {
  const entries = Object.entries(objectAt(value, place)).map(([key, option]) => {
    const at = `${place}.${key}`;
    // Only own names of RULES: `constructor` is none.
    const rule = Object.hasOwn(RULES, key) ? RULES[key as keyof TaskOptions] : null;
    if (rule !== null) return [key, rule(option, at)];
    throw new InvalidInput(
      `${shown(at)} is not known: leave it out, or use one of ${OPTION_NAMES.join(', ')}`,
      place,
    );
  });
  // Each rule returns what the type says of its key.
  return Object.fromEntries(entries) as TaskOptions;
}

/** Returns options from the JSON text that is stored of them; none where there is no text. */
export function storedTaskOptions(json: string | null): TaskOptions {
  // Parsed when it was stored.
  return json === null ? {} : (JSON.parse(json) as TaskOptions);
}

function wholeNumber(least: number): Rule {
  return (value, place) => {
    if (Number.isSafeInteger(value) && Number(value) >= least) return value;
    throw new InvalidInput(
      `'${place}' must be a whole number, at least ${least}, but is ${shown(value)}`,
      place,
    );
  };
}

function text(most: number): Rule {
  return (value, place) => {
    const length = typeof value === 'string' ? Array.from(value).length : 0;
    if (typeof value === 'string' && hasControlCharacters(value)) {
      throw new InvalidInput(
        `'${place}' must not contain control characters but tabs and line feeds, but is ${shown(value)}`,
        place,
      );
    }
    if (length >= 1 && length <= most) return value;
    throw new InvalidInput(
      `'${place}' must be a text of 1 to ${most} characters, but is ${shown(value)}`,
      place,
    );
  };
}

function uuid(value: unknown, place: string): string {
  if (typeof value === 'string' && isUuid(value)) return value;
  throw new InvalidInput(`'${place}' must be a UUID, but is ${shown(value)}`, place);
}

function template(value: unknown, place: string): TaskTemplate {
  const process = objectAt(only(value, 'process', place), `${place}.process`);
  return { process: { guid: uuid(only(process, 'guid', `${place}.process`), `${place}.process.guid`) } };
}

/** Returns the one value that an object has, by its name. Throws InvalidInput where it has others. */
function only(value: unknown, name: string, place: string): unknown {
  const object = objectAt(value, place);
  const other = Object.keys(object).find((key) => key !== name);
  if (other === undefined) return object[name];
  throw new InvalidInput(`${shown(`${place}.${other}`)} is not known: only '${name}' is`, place);
}
