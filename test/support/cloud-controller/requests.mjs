/** Every request that the fake got, in their order, and who waits for more of them. */
export class Requests {
  list = [];
  #waiting = [];

  note(request) {
    this.list.push(request);
    this.#waiting = this.#waiting.filter(({ on, count, resolve }) => {
      const isThere = this.matching(on).length >= count;
      if (isThere) resolve();
      return !isThere;
    });
  }

  matching(on) {
    return this.list.filter(({ method, path }) => on.test(`${method} ${path}`));
  }

  /** Resolves once this many requests have come that match a pattern of `METHOD /path`. */
  async received(on, count) {
    if (this.matching(on).length >= count) return;
    await new Promise((resolve) => this.#waiting.push({ on, count, resolve }));
  }
}
