import type { Overview } from '../../api/overview.js';
import { HOME } from '../../texts/home.js';

/** What takes longer and is under way. */
export function Operations({ operations }: { readonly operations: Overview['operations'] }) {
  const { total, results } = operations;
  return (
    <section aria-labelledby="operations">
      <h2 id="operations">{HOME.operations}</h2>
      {results.length === 0 ? (
        <p class="rows quiet">{HOME.noOperations}</p>
      ) : (
        <ul class="plain rows">
          {results.map(({ id, title, progress, startedAt }) => (
            <li key={id}>
              <span class="row-head">
                <span>{title}</span>
                <span class="quiet">{HOME.startedAt(startedAt)}</span>
              </span>
              <span class="row-progress">
                <progress value={progress ?? undefined} max={1} aria-label={title} />
                {progress !== null && <span>{HOME.percent(progress)}</span>}
              </span>
            </li>
          ))}
          {total > results.length && <li class="quiet">{HOME.moreOperations(total - results.length)}</li>}
        </ul>
      )}
    </section>
  );
}
