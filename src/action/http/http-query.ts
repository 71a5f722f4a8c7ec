/**
 * Returns a path with the members of a JSON object added after the query parameters that it already has: strings
 * as they are, everything else as JSON text (runs-and-behaviour.md, "Calling the action"). Without members the
 * path is returned unchanged.
 */
export function withQuery(path: string, data: string): string {
  const members: unknown = JSON.parse(data);
  if (typeof members !== 'object' || members === null) return path;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) {
    parameters.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  // A plus sign means a space only in forms; %20 means a space everywhere.
  const query = parameters.toString().replaceAll('+', '%20');
  if (query === '') return path;
  if (path.endsWith('?') || path.endsWith('&')) return path + query;
  return path + (path.includes('?') ? '&' : '?') + query;
}
