import { useLocation } from 'preact-iso/router';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button, ButtonLink } from '../../controls/button.js';
import { PATHS } from '../../paths.js';
import { RUNS } from '../../texts/runs.js';
import { addressOf, type RunFilter } from './run-filter.js';
import { RunFields, useRunFields } from './run-fields.js';

/** Which runs are meant. What is chosen becomes the address of the page; what is typed stays until then. */
export function FilterForm({ filter }: { readonly filter: RunFilter }) {
  const { list } = RUNS;
  const { route } = useLocation();
  const address = addressOf({ ...filter, after: null });
  const fields = useRunFields(filter);
  // The address may change by other means: back, or a link.
  const known = useRef(address);
  if (known.current !== address) {
    known.current = address;
    fields.fill(filter);
  }
  const isSet = address !== '';
  useFocusWithout(isSet, fields.select);

  const apply = (event: Event) => {
    event.preventDefault();
    const chosen = fields.read();
    if (!chosen) return;
    known.current = addressOf({ ...chosen, after: null });
    route(PATHS.runs + known.current);
  };
  return (
    <form class="run-fields" aria-label={list.filter} noValidate onSubmit={apply}>
      <RunFields fields={fields} />
      <div class="actions">
        <Button type="submit">{list.apply}</Button>
        {isSet && (
          <ButtonLink kind="lite" href={PATHS.runs}>
            {list.clear}
          </ButtonLink>
        )}
      </div>
    </form>
  );
}

/** Whoever has pressed the link that clears the filter goes on at the filter: the link is gone. */
function useFocusWithout(isSet: boolean, place: { readonly current: HTMLElement | null }): void {
  const wasSet = useRef(isSet);
  useLayoutEffect(() => {
    if (wasSet.current && !isSet && document.activeElement === document.body) place.current?.focus();
    wasSet.current = isSet;
  }, [isSet]);
}
