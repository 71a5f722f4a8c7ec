import type { Metrics } from '../../src/telemetry/metrics.js';

/** The values of an answer of /metrics by series as it is written: `name{label="value"}`. */
export type Samples = ReadonlyMap<string, number>;

/** Reads an answer of /metrics. */
export function samplesOf(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line): [string, number] => {
      // An exemplar follows the value.
      const [sample = ''] = line.split(' # ');
      const end = sample.lastIndexOf(' ');
      return [sample.slice(0, end), Number(sample.slice(end + 1))];
    }),
  );
}

/** One line of an answer of /metrics. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads an answer of /metrics with the labels apart; their values have no quotation marks in them. */
export function labeledSamplesOf(text: string): Sample[] {
  return [...samplesOf(text)].map(([series, value]) => {
    const [name = ''] = series.split('{');
    const labels = [...series.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text]);
    return { name, labels: Object.fromEntries(labels), value };
  });
}

/** Returns the samples of metrics that no service has. */
export async function samplesIn(metrics: Metrics): Promise<Samples> {
  return samplesOf((await metrics.render(undefined)).text);
}

/** Returns the series of a metric that are not 0, without its name. */
export function countsOf(samples: Samples, name: string): Record<string, number> {
  const own = [...samples].filter(([series, value]) => series.startsWith(`${name}{`) && value !== 0);
  return Object.fromEntries(own.map(([series, value]) => [series.slice(name.length), value]));
}
