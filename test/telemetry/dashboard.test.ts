import { dashboard, metricsIn } from './shipped.js';

const COLUMNS = 24;
/** The same value on every replica: taken by `max`, and not narrowed to a replica. */
const DEPLOYMENT = [
  ...['carillon_runs_due', 'carillon_oldest_due_age_seconds', 'carillon_runs_open', 'carillon_replicas'],
  'carillon_throttle_longest_wait_seconds',
  ...['carillon_breakers', 'carillon_breaker_waiting_runs'],
  ...['carillon_jobs', 'carillon_schedules', 'carillon_operations_open', 'carillon_notifications_pending'],
];
/** Joined to other series, to tell which are ours. */
const JOINED = 'carillon_build_info';

describe('The dashboard for Grafana', () => {
  const { panels, templating, uid, title } = dashboard();
  const shown = panels.filter(({ type }) => type !== 'row');
  const queries = shown.flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({ panel: panel.title, ...target })),
  );

  it('asks which data source and which replicas', () => {
    expect({ uid, title }).toEqual({ uid: 'carillon', title: 'Carillon' });
    expect(templating.list.map(({ name, type }) => ({ name, type }))).toEqual([
      { name: 'datasource', type: 'datasource' },
      { name: 'instance', type: 'query' },
    ]);
  });

  it('answers one question after another', () => {
    const rows = panels.filter(({ type }) => type === 'row').map((row) => row.title);
    expect(rows).toEqual([
      ...['Is it on time', 'What is due', 'Who fails', 'Calls and limits', 'Database', 'Process', 'API'],
    ]);
  });

  it('gives each panel an id, and a place that no other has, without holes', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Map<string, string>();
    for (const { title: name, gridPos: place } of panels) {
      expect(place.x + place.w).toBeLessThanOrEqual(COLUMNS);
      for (let x = place.x; x < place.x + place.w; x++) {
        for (let y = place.y; y < place.y + place.h; y++) {
          expect({ x, y, name, under: taken.get(`${x},${y}`) }).toEqual({ x, y, name, under: undefined });
          taken.set(`${x},${y}`, name);
        }
      }
    }
    const height = Math.max(...panels.map(({ gridPos: place }) => place.y + place.h));
    expect(taken.size).toBe(COLUMNS * height);
  });

  it.each(shown)('tells of $title what it shows, in which unit, and asks the chosen data source', (panel) => {
    expect(panel.description).toMatch(/^.{10,}\.$/s);
    const units = panel.type === 'table' || panel.type === 'heatmap' || panel.type === 'state-timeline';
    expect(units || panel.fieldConfig?.defaults.unit !== undefined).toBe(true);
    const sources = [panel.datasource, ...(panel.targets ?? []).map(({ datasource }) => datasource)];
    expect(new Set(sources.map((source) => source?.uid))).toEqual(new Set(['${datasource}']));
    const ids = (panel.targets ?? []).map(({ refId }) => refId);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(queries)(
    'takes what counts the whole deployment by max, and the rest of the chosen replicas: $panel $refId',
    ({ expr }) => {
      for (const metric of metricsIn(expr)) {
        const places = [...expr.matchAll(new RegExp(`(.{0,40})\\b${metric}\\b(\\{[^}]*\\})?`, 'g'))];
        for (const [, before, labels = ''] of places) {
          if (DEPLOYMENT.includes(metric)) expect(before).toMatch(/max(?: by \([\w, ]+\) )?\($/);
          else if (metric !== JOINED) expect(labels).toContain('instance=~"$instance"');
        }
      }
    },
  );

  it('takes quantiles of histograms over all replicas, and shows the traces of late and slow calls', () => {
    for (const { expr } of queries.filter((query) => query.expr.includes('histogram_quantile'))) {
      expect(expr).toMatch(/histogram_quantile\([\d.]+, sum by \(le[\w, ]*\) \(rate\(\w+_bucket\{/);
    }
    const withTraces = queries.filter(({ exemplar }) => exemplar).flatMap(({ expr }) => metricsIn(expr));
    expect(withTraces).toEqual(['carillon_lateness_seconds_bucket', 'carillon_call_seconds_bucket']);
  });
});
