/** Where the focus was when another page was asked for, undefined while none is. */
let from: Element | null | undefined;

const content = () => document.getElementById('content');

/** Leads a reader of screens to another page: at once where it stands, else as soon as it does. */
export function arrive(): void {
  from = document.activeElement;
  if (content()?.querySelector('h1')) stands();
}

/** Says that a page stands. Whoever has gone elsewhere meanwhile is left there. */
export function stands(): void {
  const isWaiting = from !== undefined && [from, document.body].includes(document.activeElement);
  from = undefined;
  if (!isWaiting) return;
  // From page to page it is the same element: it is left first, else nobody is told of another page.
  content()?.blur();
  content()?.focus();
}
