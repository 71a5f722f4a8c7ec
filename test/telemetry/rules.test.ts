import { existsSync, readFileSync } from 'node:fs';
import { promtool } from '../support/promtool.js';
import { yamlOf } from '../deploy/places.js';
import { CONFIG_FILE, RULES_FILE, rules } from './shipped.js';

const SERIES_FILE = 'test/telemetry/rules.test.yml';
const PLAYBOOK = 'docs/operating/alerts.md';

interface SeriesTest {
  readonly promql_expr_test: readonly { readonly expr: string; readonly exp_samples: readonly unknown[] }[];
}

/** Returns the anchors of a page's headings, as the web pages of repositories make them. */
function anchorsOf(page: string): string[] {
  const headings = readFileSync(page, 'utf8').match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('The alert rules', () => {
  const names = [...new Set(rules().map(({ alert }) => alert))];

  it('and the configuration of Prometheus are such that promtool finds nothing', async () => {
    expect(await promtool(['check', 'rules', RULES_FILE])).toMatchObject({ code: 0 });
    // The file with the token is there in the container alone.
    expect(await promtool(['check', 'config', '--syntax-only', CONFIG_FILE])).toMatchObject({ code: 0 });
  });

  it('fire where they should, and only there', async () => {
    expect(await promtool(['test', 'rules', SERIES_FILE])).toEqual({
      code: 0,
      text: expect.stringContaining('SUCCESS'),
    });
  });

  it.each(names)('has series that make %s fire, and some that do not', (name) => {
    const { tests } = yamlOf(SERIES_FILE) as { tests: readonly SeriesTest[] };
    const about = tests
      .flatMap((test) => test.promql_expr_test)
      .filter(({ expr }) => expr.includes(`alertname="${name}"`));
    expect(about.some(({ exp_samples: fires }) => fires.length > 0)).toBe(true);
    expect(about.some(({ exp_samples: fires }) => fires.length === 0)).toBe(true);
  });

  it.each(rules())(
    'say of $alert ($labels.severity) what it means and what to do',
    ({ alert, labels, annotations }) => {
      expect(['critical', 'warning', 'info']).toContain(labels['severity']);
      expect(annotations['summary']).toMatch(/^\S.{20,}\.$/s);
      expect(annotations['description']).toMatch(/\S.{80,}/s);
      const [, page = '', anchor = ''] =
        /Playbook: (\S+)#(\S+)$/.exec(annotations['description'] ?? '') ?? [];
      expect({ page, anchor }).toEqual({ page: PLAYBOOK, anchor: alert.toLowerCase() });
      expect(existsSync(page)).toBe(true);
      expect(anchorsOf(page)).toContain(anchor);
    },
  );
});
