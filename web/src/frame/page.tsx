import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { PATHS } from '../paths.js';
import { TEXTS } from '../texts.js';
import { stands } from './arriving.js';

interface PageProps {
  /** What the browser's tab and the breadcrumbs call the page. */
  readonly title: string;
  /** The answer to the page's one question, in words and a number. */
  readonly first: ComponentChildren;
  /** What stands beside the first line. */
  readonly aside?: ComponentChildren;
  readonly isHome?: boolean;
  /** The pages between the home page and this one. */
  readonly above?: readonly { readonly href: string; readonly title: string }[];
  readonly children?: ComponentChildren;
}

/** What all pages have: a title, where one is, and a first line. */
export function Page({ title, first, aside, isHome = false, above = [], children }: PageProps) {
  useEffect(() => {
    document.title = TEXTS.title(title);
  }, [title]);
  useLayoutEffect(() => {
    // The content is called by its page where the focus comes to it; a first line that counts would be read again and again.
    document.getElementById('content')?.setAttribute('aria-label', title);
  }, [title]);
  useLayoutEffect(stands, []);
  return (
    <>
      {!isHome && (
        <nav class="breadcrumbs" aria-label={TEXTS.frame.place}>
          <ol class="plain">
            <li>
              <a href={PATHS.home}>{TEXTS.frame.home}</a>
            </li>
            {above.map((page) => (
              <li key={page.href}>
                <a href={page.href}>{page.title}</a>
              </li>
            ))}
            <li aria-current="page" title={title}>
              {title}
            </li>
          </ol>
        </nav>
      )}
      <header class="page-head">
        <h1>{first}</h1>
        {aside}
      </header>
      {children}
    </>
  );
}
