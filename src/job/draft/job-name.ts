import { InvalidInput, shown } from '../../core/errors.js';

const NAME = /^[\p{L}\p{M}\p{Nd} _\-.()'\u200C\u200D]+$/u;
const LONGEST_NAME = 255;

const JOINER = /[\u200C\u200D]/u;
/** Scripts whose words are spelled with joiners, which change the form of the letters beside them. */
const SCRIPTS_WITH_JOINERS = [
  ...[
    'Arabic',
    'Syriac',
    'Mandaic',
    'Manichaean',
    'Mongolian',
    'Nko',
    'Phags_Pa',
    'Adlam',
    'Hanifi_Rohingya',
  ],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam'],
  ...[
    'Sinhala',
    'Newa',
    'Tirhuta',
    'Grantha',
    'Sharada',
    'Takri',
    'Khojki',
    'Chakma',
    'Limbu',
    'Meetei_Mayek',
  ],
  ...['Khmer', 'Myanmar', 'Tibetan', 'Balinese', 'Javanese', 'Sundanese', 'Tai_Tham'],
].map((script) => new RegExp(`^(?=[\\p{L}\\p{M}])\\p{Script_Extensions=${script}}$`, 'u'));

/**
 * Returns a name as rest-api.md allows it ("POST /scheduler/jobs"), which is compared exactly. Joiners (U+200C,
 * U+200D) cannot be seen: they are allowed only between letters or marks of one script that is spelled with them.
 * Throws InvalidInput.
 */
export function nameOf(name: string): string {
  const refuse = (why: string) => {
    throw new InvalidInput(`'name' ${shown(name)} ${why}`, 'name');
  };
  const characters = Array.from(name);
  if (characters.length === 0 || characters.length > LONGEST_NAME) {
    refuse(`must have 1 to ${LONGEST_NAME} characters`);
  }
  if (name.trim() !== name) refuse('must not begin or end with a blank: remove it');
  if (/^\p{Nd}+$/u.test(name)) refuse('must not consist of digits only: add a letter');
  if (!NAME.test(name)) {
    refuse("must not contain special characters: letters, digits, blanks and _ - . ( ) ' are allowed");
  }
  if (characters.some((each, place) => JOINER.test(each) && !isJoining(characters, place))) {
    refuse('must not contain invisible joiners but between letters of a script that is spelled with them');
  }
  return name;
}

function isJoining(characters: readonly string[], place: number): boolean {
  const [before = '', after = ''] = [characters[place - 1], characters[place + 1]];
  return SCRIPTS_WITH_JOINERS.some((script) => script.test(before) && script.test(after));
}
