/** JSON that somebody typed: it is shown as it is, for a number in it may be larger than a number of JavaScript. */
export class TypedJson {
  constructor(readonly text: string) {}
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Returns a value as JSON that people read. What was typed keeps all but its blanks. */
export function readableJson(value: unknown, line = '\n'): string {
  if (value instanceof TypedJson) return indented(value.text, line);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${line}  `;
  const entries = Array.isArray(value)
    ? value.map((each) => readableJson(each, inner))
    : Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${readableJson(each, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return entries.length === 0 ? `${open}${close}` : open + inner + entries.join(`,${inner}`) + line + close;
}

/** Returns whether a program in JavaScript that has this JSON in it has the same value. */
export function isSameInJavaScript(json: string): boolean {
  return tokensOf(json).join('') === JSON.stringify(JSON.parse(json)) && !json.includes('"__proto__"');
}

/** Returns JSON with a line for each of its values; `line` begins the one that it stands in. */
function indented(json: string, line: string): string {
  const tokens = tokensOf(json);
  let text = '';
  let current = line;
  for (const [place, token] of tokens.entries()) {
    const isEmpty = /^[}\]]$/.test(tokens[place + 1] ?? '');
    if (token === '{' || token === '[') {
      current += '  ';
      text += isEmpty ? token : token + current;
    } else if (token === '}' || token === ']') {
      current = current.slice(0, -2);
      text += /[{[]$/.test(tokens[place - 1] ?? '') ? token : current + token;
    } else text += token === ',' ? token + current : token === ':' ? ': ' : token;
  }
  return text;
}

const tokensOf = (json: string): readonly string[] => json.match(TOKEN) ?? [];
