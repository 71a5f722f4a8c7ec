/** Takes the code of a one-time link out of the address, so that neither the history nor a bookmark keeps it. */
export function takeCode(): string | null {
  const { hash, pathname, search } = window.location;
  if (hash === '') return null;
  window.history.replaceState(null, '', pathname + search);
  return new URLSearchParams(hash.slice(1)).get('code');
}
