import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { yamlOf } from '../deploy/places.js';
import { CONFIG_FILE } from './shipped.js';

const COMPOSE = 'docker/compose.yaml';
const PROVISIONING = 'docker/grafana/provisioning';

interface Service {
  readonly profiles?: readonly string[];
  readonly image?: string;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly command?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
}

describe('The profile monitoring of compose.yaml', () => {
  const compose = yamlOf(COMPOSE);
  const services = Object.entries(compose.services as Record<string, Service>);
  const { prometheus, grafana } = compose.services as Record<string, Service>;
  /** Where a file of docker/ is in the container of a service. */
  const placeOf = (service: Service | undefined, file: string) =>
    service?.volumes?.map((volume) => volume.split(':')).find(([from]) => from === `./${file}`)?.[1];

  it('is left out unless it is asked for, and brings pinned versions that only this machine reaches', () => {
    const asked = services.filter(([, { profiles }]) => profiles?.includes('monitoring'));
    expect(asked.map(([name]) => name)).toEqual(['prometheus', 'grafana']);
    for (const [, { image, ports = [] }] of asked) {
      expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('mounts files that exist, read-only, and keeps what is measured in volumes', () => {
    for (const volume of [...(prometheus?.volumes ?? []), ...(grafana?.volumes ?? [])]) {
      const [from = '', , mode] = volume.split(':');
      if (from.startsWith('./')) {
        expect({ from, exists: existsSync(join('docker', from)), mode }).toEqual({
          from,
          exists: true,
          mode: 'ro',
        });
      } else {
        expect(Object.keys(compose.volumes)).toContain(from);
      }
    }
  });

  it('gives Prometheus its configuration, rules and token, and lets it keep exemplars', () => {
    const config = yamlOf(CONFIG_FILE);
    const file = placeOf(prometheus, 'prometheus/prometheus.yml');
    expect(prometheus?.command).toContain(`--config.file=${file}`);
    expect(prometheus?.command).toContain('--enable-feature=exemplar-storage');
    expect(config.rule_files).toEqual([basename(placeOf(prometheus, 'prometheus/rules.yml') ?? '')]);
    const [scrape] = config.scrape_configs;
    const [token] = prometheus?.configs ?? [];
    expect(scrape.authorization.credentials_file).toBe(token?.target);
    expect(compose.configs[token?.source ?? '']).toEqual({ content: '${METRICS_TOKEN:-none}' });
    expect(compose.services.carillon.environment.METRICS_TOKEN).toBe('${METRICS_TOKEN:-}');
  });

  it('lets Prometheus find every replica by the name of their service', () => {
    const [{ job_name: job, dns_sd_configs: found }] = yamlOf(CONFIG_FILE).scrape_configs;
    expect(job).toBe('carillon');
    expect(found).toEqual([{ names: ['carillon'], type: 'A', port: 3000, refresh_interval: '15s' }]);
    expect(Object.keys(compose.services)).toContain('carillon');
  });

  it('gives Grafana Prometheus and the dashboard', () => {
    const [source] = yamlOf(`${PROVISIONING}/datasources/prometheus.yml`).datasources;
    const [host, port] = new URL(source.url).host.split(':');
    expect(Object.keys(compose.services)).toContain(host);
    expect(compose.services[host ?? ''].ports).toContain(`127.0.0.1:9090:${port}`);
    expect(source.jsonData.timeInterval).toBe(yamlOf(CONFIG_FILE).global.scrape_interval);
    const [provider] = yamlOf(`${PROVISIONING}/dashboards/carillon.yml`).providers;
    expect(placeOf(grafana, 'grafana/carillon.json')).toBe(join(provider.options.path, 'carillon.json'));
    expect(placeOf(grafana, 'grafana/provisioning')).toBe('/etc/grafana/provisioning');
  });
});
