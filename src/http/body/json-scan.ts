import { isKeptExactly } from '../../core/text/exact-number.js';

/** Something in JSON text that `JSON.parse` reads and that would not be kept as it is. */
export interface JsonFinding {
  readonly kind: 'number' | 'half character';
  /** Where it is. The place of a key is the place of its object. */
  readonly path: readonly (string | number)[];
  readonly isKey: boolean;
  /** What is written there: the number, or the escape of the half. */
  readonly source: string;
}

/**
 * What a part of a document is, by the name of the field that holds it or `[]` for an entry of a list, as far as it
 * leads to free data. Numbers matter within free data alone: everything else has a schema.
 */
export interface Part {
  readonly isFree?: boolean;
  readonly within?: Readonly<Record<string, Part>>;
}

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const LIST_END = 0x5d;
const LETTER_D = 0x64;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
/** The bit that makes an ASCII letter lower case. */
const LOWER_CASE = 0x20;
const AFTER_KEY = /[ \t\r\n]*:/y;
const MOST_FINDINGS = 10;
/** Numbers of fewer characters before their exponent have at most 15 digits, and all of them are kept. */
const SHORT_NUMBER = 16;
/** Exponents of fewer digits keep such a number within the range in which it has all of its digits. */
const SHORT_EXPONENT = 3;

/**
 * One walk through a JSON text, in linear time. It counts brackets and does not check the grammar: for text that is not
 * JSON the result means nothing, and the parser refuses it. Bodies have up to 4 MB, so the walk makes no objects: what is
 * open is kept in arrays, by level.
 */
export class JsonScan {
  /** What was found, at most 10. */
  readonly findings: JsonFinding[] = [];
  /** How many objects and lists are open. */
  private depth = 0;
  private readonly parts: (Part | undefined)[] = [];
  private readonly isList: boolean[] = [];
  /** Of a list, how many entries were passed; of an object, where its last key begins. */
  private readonly places: number[] = [];
  private stringAt = 0;
  private toldAt = -1;

  constructor(
    private readonly text: string,
    private readonly whole: Part,
  ) {}

  /**
   * Walks through the text and fills `findings`. Returns false where objects and lists nest deeper than `mostLevels`;
   * this must be known before the text is parsed, because `JSON.parse` reads text that is nested deeper than the stack,
   * and `JSON.stringify` then fails to write it.
   */
  isWithin(mostLevels: number): boolean {
    const { text, isList, places } = this;
    const { length } = text;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) at = this.endOfString(at);
      else if (code === COLON) places[this.depth] = this.stringAt;
      else if (code === COMMA) {
        if (isList[this.depth] === true) places[this.depth] = (places[this.depth] ?? 0) + 1;
      } else if (code === LIST || code === OBJECT) {
        if (this.depth >= mostLevels) return false;
        this.open(code === LIST);
      } else if (code === LIST_END || code === OBJECT_END) this.depth = Math.max(0, this.depth - 1);
      else if (code === MINUS || isDigit(code)) at = this.endOfNumber(at);
    }
    return true;
  }

  private open(isList: boolean): void {
    const part = this.partWithin();
    this.depth++;
    this.parts[this.depth] = part;
    this.isList[this.depth] = isList;
    this.places[this.depth] = 0;
  }

  /** Returns what an object or a list is that begins here. */
  private partWithin(): Part | undefined {
    const { depth } = this;
    if (depth === 0) return this.whole;
    const holder = this.parts[depth];
    if (holder?.within === undefined) return holder?.isFree === true ? holder : undefined;
    const name = this.isList[depth] === true ? '[]' : this.keyAt(this.places[depth] ?? 0);
    return Object.hasOwn(holder.within, name) ? holder.within[name] : undefined;
  }

  /** Returns the position of the last character of a number. */
  private endOfNumber(from: number): number {
    const { text } = this;
    let at = from + 1;
    while (isDigit(text.charCodeAt(at)) || text.charCodeAt(at) === DOT) at++;
    const isShort = at - from < SHORT_NUMBER;
    if ((text.charCodeAt(at) | LOWER_CASE) !== LETTER_E) {
      if (isShort) return at - 1;
    } else {
      at++;
      if (text.charCodeAt(at) === MINUS || text.charCodeAt(at) === PLUS) at++;
      const exponentAt = at;
      while (isDigit(text.charCodeAt(at))) at++;
      if (isShort && at - exponentAt < SHORT_EXPONENT) return at - 1;
    }
    if (this.depth > 0 && this.parts[this.depth]?.isFree === true && this.hasRoom()) {
      const source = text.slice(from, at);
      if (!isKeptExactly(source)) this.add('number', source, false);
    }
    return at - 1;
  }

  /** Returns the position of the quote that ends a string. */
  private endOfString(from: number): number {
    const { text } = this;
    const { length } = text;
    this.stringAt = from;
    for (let at = from + 1; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) return at;
      if (code === BACKSLASH) at += this.lengthOfEscape(at) - 1;
    }
    return length;
  }

  /** Returns how many characters an escape has; a pair of halves counts as one escape. */
  private lengthOfEscape(at: number): number {
    const { text } = this;
    if (text.charCodeAt(at + 1) !== LETTER_U) return 2;
    const half = this.halfAt(at);
    if (half === null) return 6;
    if (half === 'first' && this.halfAt(at + 6) === 'second') return 12;
    // One of a string is enough, and finding out where it is costs a walk to the string's end.
    if (this.hasRoom() && this.toldAt !== this.stringAt) {
      this.toldAt = this.stringAt;
      this.add('half character', text.slice(at, at + 6), this.isInKey(at));
    }
    return 6;
  }

  /** Returns which half of a character the escape at a place stands for: the first is \ud800 to \udbff, then to \udfff. */
  private halfAt(at: number): 'first' | 'second' | null {
    const { text } = this;
    if (text.charCodeAt(at) !== BACKSLASH || text.charCodeAt(at + 1) !== LETTER_U) return null;
    if ((text.charCodeAt(at + 2) | LOWER_CASE) !== LETTER_D) return null;
    const code = text.charCodeAt(at + 3);
    if (code === 0x38 || code === 0x39) return 'first';
    const letter = code | LOWER_CASE;
    if (letter < 0x61 || letter > 0x66) return null;
    return letter < 0x63 ? 'first' : 'second';
  }

  /** Returns whether the string around a place is a key. */
  private isInKey(at: number): boolean {
    AFTER_KEY.lastIndex = this.closingQuote(at) + 1;
    return AFTER_KEY.test(this.text);
  }

  private hasRoom(): boolean {
    return this.findings.length < MOST_FINDINGS;
  }

  private add(kind: JsonFinding['kind'], source: string, isKey: boolean): void {
    const path = [];
    for (let level = 1; level <= (isKey ? this.depth - 1 : this.depth); level++) {
      const place = this.places[level] ?? 0;
      path.push(this.isList[level] === true ? place : this.keyAt(place));
    }
    this.findings.push({ kind, path, isKey, source });
  }

  /** Returns where the string ends that a place lies in. */
  private closingQuote(within: number): number {
    const { text } = this;
    let at = within;
    while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
    return at;
  }

  /** Returns the key that begins at a place of the text. */
  private keyAt(from: number): string {
    const quoted = this.text.slice(from, this.closingQuote(from + 1) + 1);
    if (!quoted.includes('\\')) return quoted.slice(1, -1);
    try {
      return String(JSON.parse(quoted));
    } catch {
      return quoted;
    }
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
