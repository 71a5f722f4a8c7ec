/** The formats in which the metrics are written. */
export type Exposition = 'text' | 'openmetrics';

interface Range {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/**
 * Returns the format that an `Accept` header prefers: OpenMetrics only where its media type is named, in a version that is
 * spoken here, and wanted at least as much as text; else text 0.0.4, whatever was asked for. A browser's wildcards mean text.
 */
export function preferredExposition(accept: string | undefined): Exposition {
  const ranges = (accept ?? '').split(',').map(rangeOf);
  const openMetrics = quality(
    ranges.filter(({ type, parameters }) => {
      const version = parameters.get('version') ?? '1.0.0';
      return type === 'application/openmetrics-text' && version === '1.0.0';
    }),
  );
  const text =
    ['text/plain', 'text/*', '*/*']
      .map((type) => ranges.filter((range) => range.type === type))
      .find(isNamed) ?? [];
  return openMetrics > 0 && openMetrics >= quality(text) ? 'openmetrics' : 'text';
}

/** Parts one media range of an `Accept` header; a quality that is no number counts as none. */
function rangeOf(range: string): Range {
  const [type = '', ...rest] = range.split(';').map((part) => part.trim().toLowerCase());
  const parameters = new Map(
    rest.map((parameter): [string, string] => {
      const [name = '', value = ''] = parameter.split('=');
      return [name.trim(), value.trim().replaceAll('"', '')];
    }),
  );
  return { type, parameters, quality: Number(parameters.get('q') ?? 1) || 0 };
}

function isNamed(ranges: readonly Range[]): boolean {
  return ranges.length > 0;
}

function quality(ranges: readonly Range[]): number {
  return Math.max(0, ...ranges.map((range) => range.quality));
}
