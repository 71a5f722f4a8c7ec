import { ApiRefusal } from '../http/api-refusal.js';

/** The stream does not exist, or can no longer be opened. */
export function unknownStream(id: string): ApiRefusal {
  const message = `There is no stream with the id '${id.slice(0, 80)}': create one, and open it within some minutes.`;
  return new ApiRefusal('notFound', 1, message);
}
