import { Fragment } from 'preact';
import { runPath } from '../../paths.js';

const RUN_ID = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i;

/** A text of Carillon itself, in which the ids of other runs lead to these. */
export function LinkedText({ text, runId }: { readonly text: string; readonly runId: string }) {
  // Every second part is an id.
  return (
    <>
      {text.split(new RegExp(RUN_ID, 'gi')).map((part, place) => (
        <Fragment key={place}>
          {place % 2 === 1 && part !== runId ? <a href={runPath(part)}>{part}</a> : part}
        </Fragment>
      ))}
    </>
  );
}
