/** The Cloud Controller's limit on requests; its headers are floored to tenths of the limit. */
import { Refusal } from './refusal.mjs';

export class RateLimit {
  #windowEndsAt = 0;
  #count = 0;

  constructor(settings) {
    this.settings = settings;
  }

  /** Counts a request and returns the headers of its answer. Throws a Refusal where it is one too many. */
  take() {
    const { rateLimit, rateWindowS } = this.settings;
    if (rateLimit === null) return {};
    const now = Date.now();
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + rateWindowS * 1000;
      this.#count = 0;
    }
    this.#count += 1;
    const left = Math.max(0, rateLimit - this.#count);
    const headers = {
      'x-ratelimit-limit': String(rateLimit),
      'x-ratelimit-remaining': String(Math.floor((left * 10) / rateLimit) * (rateLimit / 10)),
      'x-ratelimit-reset': String(Math.ceil(this.#windowEndsAt / 1000)),
    };
    if (this.#count <= rateLimit) return headers;
    const seconds = Math.max(1, Math.ceil((this.#windowEndsAt - now) / 1000));
    throw new Refusal('CF-RateLimitExceeded', 'Rate Limit Exceeded', {
      ...headers,
      'retry-after': String(seconds),
      'content-type': 'text/plain; charset=utf-8',
    });
  }
}
