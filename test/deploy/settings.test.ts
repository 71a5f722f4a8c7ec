import { existsSync } from 'node:fs';
import { SETTINGS } from '../../src/config/config.js';
import { PUBLIC } from '../support/routes.js';
import { linesOf, renderedChart, textOf, yamlOf, type Parsed } from './places.js';

const compose = yamlOf('docker/compose.yaml').services;
const application = yamlOf('deploy/cloudfoundry/manifest.yml').applications?.[0];
const unit = textOf('deploy/systemd/carillon.service');
const dockerfile = textOf('docker/Dockerfile');
const { version, scripts } = JSON.parse(textOf('package.json')) as {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
};

describe('The variables that a deployment is given', () => {
  const container = renderedChart('usual').get('Deployment')?.spec?.template?.spec?.containers?.[0];
  const places: readonly (readonly [string, readonly string[]])[] = [
    ['the image', [...linesOf(dockerfile.match(/^ENV .*$/m)?.[0] ?? '').keys()]],
    ['compose.yaml: carillon', Object.keys(compose.carillon?.environment ?? {})],
    ['compose.yaml: replica', Object.keys(compose.replica?.environment ?? {})],
    ['the unit of systemd', [...linesOf(unit, /^(?!Environment=).*|^Environment=/).keys()]],
    ['carillon.env.example', [...linesOf(textOf('deploy/systemd/carillon.env.example')).keys()]],
    ['manifest.yml', Object.keys(application.env ?? {})],
    ['the chart', (container?.env ?? []).map((each: Parsed) => each.name as string)],
    [
      'values.yaml',
      [...textOf('deploy/helm/carillon/values.yaml').matchAll(/^ {2}(?:# )?([A-Z_]+): /gm)].map(
        ([, name = '']) => name,
      ),
    ],
  ];

  it.each(places)('are settings of the service: %s', (_place, names) => {
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => !SETTINGS.includes(name))).toEqual([]);
  });
});

describe('The process', () => {
  const options = /node (--\S+ --\S+) dist\/main\.js/.exec(scripts['start'] ?? '')?.[1];

  it('is started everywhere with the same options', () => {
    expect(options).toMatch(/^--\S+ --\S+$/);
    const [first, second] = options?.split(' ') ?? [];
    expect(dockerfile).toContain(`CMD ["node", "${first}", "${second}", "dist/main.js"]`);
    expect(unit).toMatch(new RegExp(`^ExecStart=\\S+node ${options} dist/main\\.js$`, 'm'));
    expect(application.command).toBe(`exec node ${options} dist/main.js`);
  });

  it('is asked whether it lives, and whether it is ready, by routes that exist', () => {
    const asked = [
      /healthcheck\.mjs/.test(dockerfile)
        ? (/\$\{process\.env\.PORT\}(\/\S+?)`/.exec(textOf('docker/healthcheck.mjs'))?.[1] ?? '')
        : '',
      application['health-check-http-endpoint'],
      application['readiness-health-check-http-endpoint'],
      /option httpchk GET (\S+)/.exec(textOf('docker/haproxy/haproxy.cfg'))?.[1],
    ];
    expect(asked).toEqual(['/health/live', '/health/live', '/health/ready', '/health/ready']);
    for (const path of asked) expect(PUBLIC).toContain(`get ${path}`);
  });

  it('gets longer than its 20 seconds to stop', () => {
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(25);
    for (const name of ['carillon', 'replica']) {
      expect(Number.parseInt(compose[name]?.stop_grace_period ?? '', 10)).toBeGreaterThan(25);
    }
  });
});

describe('compose.yaml', () => {
  it.each(['carillon', 'replica'])('lets a container write its volume and nothing else (%s)', (name) => {
    expect(compose[name]).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      volumes: ['carillon-data:/data'],
    });
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^ENV .*CREDENTIALS_DIR=\/data$/m);
    expect(dockerfile).toMatch(/^ENV SQLITE_TMPDIR=\/data$/m);
  });

  it('has replicas behind a proxy that they trust, and that knows their name and port', () => {
    const proxy = textOf('docker/haproxy/haproxy.cfg');
    expect(compose.replica).not.toHaveProperty('ports');
    expect(compose.replica?.environment).toMatchObject({
      ...compose.carillon?.environment,
      TRUSTED_PROXIES: 'uniquelocal',
    });
    expect(proxy).toMatch(/server-template replica \d+ replica:3000 /);
    expect(proxy).toMatch(/^ {2}bind :3000$/m);
    expect(compose.proxy?.ports).toEqual(compose.carillon?.ports);
  });

  it('has no metrics outside, in whichever case the path is written: the service takes each', () => {
    const [hidden = ''] = /^.* return status 404 .*$/m.exec(textOf('docker/haproxy/haproxy.cfg')) ?? [];
    expect(hidden).toContain('if { path -i /metrics } || { path_beg -i /metrics/ }');
  });
});

describe('A release', () => {
  it('has one version', () => {
    const chart = yamlOf('deploy/helm/carillon/Chart.yaml');
    const lock = JSON.parse(textOf('package-lock.json')) as { readonly version: string };
    const image = /^ARG VERSION=(.*)$/m.exec(dockerfile)?.[1];
    expect([chart.version, chart.appVersion, lock.version, image]).toEqual(Array(4).fill(version));
  });

  it('is staged for Cloud Foundry from files that the image has too', () => {
    const parts = /const PARTS = \[(.*)\]/.exec(textOf('deploy/cloudfoundry/stage.mjs'))?.[1] ?? '';
    const paths = [...parts.matchAll(/'([^']+)'/g)].map(([, path = '']) => path);
    const copied = [...dockerfile.matchAll(/^COPY .*$/gm)].join('\n');
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !existsSync(path) || !copied.includes(path))).toEqual([]);
  });
});
