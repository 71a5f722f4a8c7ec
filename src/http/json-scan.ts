import { isKeptExactly } from '../core/text/exact-number.js';

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

interface Container {
  readonly part: Part | undefined;
  /** How many entries of a list were passed; null for an object. */
  index: number | null;
  /** Where the last key of an object begins. */
  keyAt: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const MOST_FINDINGS = 10;
/** Numbers of fewer characters, without an exponent, have at most 15 digits: all of them are kept. */
const SHORT_NUMBER = 16;
const NUMBER = /[-+.\d]+(?:[eE][-+]?\d+)?/y;
const AFTER_KEY = /[ \t\r\n]*:/y;
const FREE: Part = { isFree: true };

/**
 * One walk through a JSON text, in linear time. It counts brackets and does not check the grammar: for text that is not
 * JSON the result means nothing, and the parser refuses it.
 */
export class JsonScan {
  /** What was found, at most 10. */
  readonly findings: JsonFinding[] = [];
  private readonly open: Container[] = [];
  private stringAt = 0;

  constructor(
    private readonly text: string,
    private readonly whole: Part,
  ) {}

  /**
   * Walks through the text and fills `findings`. Returns false where objects and arrays nest deeper than `mostLevels`;
   * this must be known before the text is parsed, because `JSON.parse` reads text that is nested deeper than the stack,
   * and `JSON.stringify` then fails to write it.
   */
  isWithin(mostLevels: number): boolean {
    const { text, open } = this;
    const { length } = text;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      const top = open[open.length - 1];
      if (code === QUOTE) at = this.endOfString(at);
      else if (code === COLON) {
        if (top) top.keyAt = this.stringAt;
      } else if (code === COMMA) {
        if (top && top.index !== null) top.index++;
      } else if (code === LIST || code === OBJECT) {
        if (open.length >= mostLevels) return false;
        open.push({ part: this.partWithin(top), index: code === LIST ? 0 : null, keyAt: 0 });
      } else if (code === LIST_END || code === OBJECT_END) open.pop();
      else if (code === MINUS || (code >= 0x30 && code <= 0x39)) at = this.endOfNumber(at, top);
    }
    return true;
  }

  private partWithin(holder: Container | undefined): Part | undefined {
    if (holder === undefined) return this.whole;
    if (holder.part?.isFree === true) return FREE;
    const within = holder.part?.within;
    if (within === undefined) return undefined;
    const name = holder.index === null ? this.keyAt(holder.keyAt) : '[]';
    return Object.hasOwn(within, name) ? within[name] : undefined;
  }

  /** Returns the position of the last character of a number. */
  private endOfNumber(from: number, holder: Container | undefined): number {
    const { text } = this;
    let at = from + 1;
    let code = text.charCodeAt(at);
    while ((code >= 0x30 && code <= 0x39) || code === 0x2e) code = text.charCodeAt(++at);
    const hasExponent = code === 0x45 || code === 0x65;
    if (!hasExponent && at - from < SHORT_NUMBER) return at - 1;
    NUMBER.lastIndex = from;
    const [source = ''] = NUMBER.exec(text) ?? [];
    if (holder?.part?.isFree === true && this.hasRoom() && !isKeptExactly(source)) {
      this.add('number', source, false);
    }
    return from + Math.max(1, source.length) - 1;
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
    // Only \ud... and \uD... may be half of a character.
    if (text.charCodeAt(at + 1) !== 0x75 || (text.charCodeAt(at + 2) | 0x20) !== 0x64) return 2;
    const source = text.slice(at, at + 6);
    if (/^\\ud[89ab]..$/i.test(source) && /^\\ud[c-f]/i.test(text.slice(at + 6, at + 12))) return 12;
    if (/^\\ud[89a-f]/i.test(source) && this.hasRoom()) this.add('half character', source, this.isInKey(at));
    return 6;
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
    const holders = isKey ? this.open.slice(0, -1) : this.open;
    const path = holders.map(({ index, keyAt }) => index ?? this.keyAt(keyAt));
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
