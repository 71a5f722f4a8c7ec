import { timingRoute, type Distribution, type Timing } from '../../api/timing.js';
import { useResource } from '../../api/resource.js';
import { Problem } from '../../controls/problem.js';
import { Histogram } from '../../pictures/histogram.js';
import { TIMING } from '../../texts/timing.js';

/** How late the last runs of a schedule were called, and how long they took. They come by themselves and stay as they are. */
export function Histograms({ scheduleId }: { readonly scheduleId: string }) {
  const { body, error } = useResource<Timing>(timingRoute(scheduleId));
  if (!body) return error && <Problem error={error} />;
  const { runs, steps, lateness, duration } = body;
  if (runs === 0) return null;
  return (
    <section aria-labelledby="timing">
      <h2 id="timing">{TIMING.title(runs)}</h2>
      <div class="histograms">
        <Histogram
          name={TIMING.lateness}
          sentence={sentenceOf(lateness, TIMING.late)}
          steps={steps}
          counts={lateness.counts}
        />
        <Histogram
          name={TIMING.duration}
          sentence={sentenceOf(duration, TIMING.took)}
          steps={steps}
          counts={duration.counts}
        />
      </div>
    </section>
  );
}

function sentenceOf({ p50, p99 }: Distribution, words: (p50: number, p99: number) => string): string {
  return p50 === null || p99 === null ? TIMING.noneCalled : words(p50, p99);
}
