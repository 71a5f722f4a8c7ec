import { BoundedMap } from '../bounded-map.js';
import { InvalidInput, shown } from '../errors.js';
import { nearestName } from './zone-suggestion.js';

const FIELD = 'timeZone';
const EXAMPLES = "IANA names such as 'Europe/Berlin' and 'America/New_York', and 'UTC'";
const LONGEST_TEXT = 64;
/** Names that were read already: to ask ICU takes a tenth of a millisecond, and an import may have thousands. */
const names = new BoundedMap<string>(1_000);
const FORM = /^[a-z0-9_+-]+(?:\/[a-z0-9_+-]+)+$/i;

/**
 * Returns the name of a time zone as it is stored: with the letter case of the IANA database, an alias as it was sent
 * (Asia/Calcutta stays), UTC as 'UTC'. Throws InvalidInput (field `timeZone`) for what the platform's ICU does not
 * know, and for names that are no places: offsets, abbreviations, `SystemV/` (schedule-extensions.md, "Zones").
 */
export function zoneName(text: string): string {
  const known = names.get(text);
  if (known !== null) return known;
  const name = nameOf(text);
  if (name === null) throw refusalOf(text);
  names.set(text, name);
  return name;
}

function nameOf(text: string): string | null {
  if (text.toUpperCase() === 'UTC') return 'UTC';
  if (text.length > LONGEST_TEXT || !FORM.test(text) || isSystemV(text)) return null;
  const canonical = canonicalOf(text);
  if (canonical === null) return null;
  return sameLetters(canonical, text) ? canonical : inLetterCase(text);
}

function refusalOf(text: string): InvalidInput {
  const suggestion = nearestName(text);
  const meant = suggestion === null ? '' : `; did you mean '${suggestion}'?`;
  const message = `${FIELD} ${shown(text)} ${problemOf(text)}; permitted are ${EXAMPLES}${meant}`;
  return new InvalidInput(message, FIELD, suggestion ?? undefined);
}

function isSystemV(text: string): boolean {
  return text.toLowerCase().startsWith('systemv/');
}

function problemOf(text: string): string {
  if (/^(?:utc|gmt)?[+-]\d|^[+-]/i.test(text))
    return 'is an offset, which does not follow changes of the clock';
  if (/^[A-Z]{1,5}(?:\d[A-Z]{3})?$/.test(text))
    return 'names no place: an abbreviation means different things to different people';
  return 'is not a time zone that this service knows';
}

/** Returns the name that ICU has for a zone, which for an alias may be another one; null for an unknown zone. */
function canonicalOf(text: string): string | null {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function sameLetters(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Words that are small within a name, and words with more than one capital letter, by their small letters. */
const SMALL = ['of', 'es', 'au'];
const ODD = [
  ...['DumontDUrville', 'McMurdo', 'ComodRivadavia', 'DeNoronha', 'EasterIsland', 'BajaNorte', 'BajaSur'],
  ...['UTC', 'UCT', 'GMT', 'ACT', 'NSW', 'LHI', 'IN', 'NZ', 'US'],
];
const ODD_WORDS = new Map(ODD.map((word) => [word.toLowerCase(), word]));

/**
 * Returns a name with capital letters where names have them. It is asked for aliases only: before Node.js 24 ICU does not
 * say how these are written. It goes by the words of the names that there are, so an alias that is added later and written in
 * an odd way is stored with its first letters capital, and means the same zone.
 */
export function inLetterCase(text: string): string {
  return text.toLowerCase().replace(/[a-z]+/g, (word, place: number) => {
    if (place > 0 && SMALL.includes(word)) return word;
    return ODD_WORDS.get(word) ?? word.charAt(0).toUpperCase() + word.slice(1);
  });
}
