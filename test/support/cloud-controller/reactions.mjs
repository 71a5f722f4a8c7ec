/**
 * What a test has told the fake to do with the next requests. A reaction is
 *   on       pattern of `METHOD /path?query`
 *   times    how many requests it is for; all where it is left out
 *   delayMs  how long the answer is kept
 *   isDone   whether the request is carried out: by default only where `answer` is left out
 *   answer   'cut' (the connection breaks), 'none' (silence), or { status, headers, body }; the fake's own where left out
 */
export class Reactions {
  #rules = [];

  add(rule) {
    this.#rules.push({ ...rule, on: new RegExp(rule.on), left: rule.times ?? Infinity });
  }

  clear() {
    this.#rules = [];
  }

  /** Returns the latest reaction to such a request, null where there is none, and counts it. */
  take(line) {
    const rule = this.#rules.findLast(({ on, left }) => left > 0 && on.test(line));
    if (!rule) return null;
    rule.left -= 1;
    return rule;
  }
}
