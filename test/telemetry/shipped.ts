import { textOf, yamlOf } from '../deploy/places.js';

/** What is shipped beside the image (docs/contract/telemetry.md), as the tests look at it. */
export const RULES_FILE = 'docker/prometheus/rules.yml';
export const CONFIG_FILE = 'docker/prometheus/prometheus.yml';

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly exemplar?: boolean;
    readonly datasource: { readonly uid: string };
  }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string }[] };
}

/** An expression in PromQL and where it stands. */
export interface Expression {
  readonly where: string;
  readonly expr: string;
}

export function rules(): readonly Rule[] {
  const { groups } = yamlOf(RULES_FILE) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
}

export function dashboard(): Dashboard {
  return JSON.parse(textOf('docker/grafana/carillon.json')) as Dashboard;
}

/** Returns the expressions of the dashboard with its variables filled in, as Grafana sends them. */
export function dashboardExpressions(): Expression[] {
  const { panels, annotations } = dashboard();
  const written = [
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr }))),
    ...annotations.list.map(({ name, expr }) => ({ where: `annotation ${name}`, expr })),
  ];
  return written.map(({ where, expr }) => ({
    where,
    expr: expr.replaceAll('$instance', '.+').replaceAll('$__rate_interval', '1m'),
  }));
}

export function ruleExpressions(): Expression[] {
  return rules().map(({ alert, expr }) => ({ where: alert, expr }));
}

/** Returns the metrics that an expression names, each once; a label or the name of an alert is none. */
export function metricsIn(expr: string): string[] {
  const withoutLabels = expr.replaceAll(/\{[^}]*\}/g, '');
  return [...new Set(withoutLabels.match(/\b(carillon|nodejs|process)_\w+/g) ?? [])];
}
