import { firstCharacters } from '../core/text/first-characters.js';
import { ApiRefusal } from '../http/api-refusal.js';

/** The stream does not exist, or can no longer be opened. */
export function unknownStream(id: string): ApiRefusal {
  const message = `There is no stream with the id '${firstCharacters(id, 80)}': create one, and open it within some minutes.`;
  return new ApiRefusal('notFound', 1, message);
}

/** The tenancy has as many open streams as it may have. */
export function tooManyStreams(most: number): ApiRefusal {
  return new ApiRefusal('tooManyRequests', 1, `${most} streams are open already: close some of them first.`);
}

/** The process has as many open streams as it may have. */
export function tooManyStreamsInAll(): ApiRefusal {
  return new ApiRefusal('unavailable', 1, 'The service has too many open streams: try again later.');
}
