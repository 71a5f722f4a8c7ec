import { readdirSync, realpathSync } from 'node:fs';
import { SETTINGS } from '../../src/config/config.js';
import { PUBLIC } from '../support/routes.js';
import { chartDigest } from './chart-digest.js';
import { renderedChart, textOf, yamlOf, type Parsed } from './places.js';

const CHART = 'deploy/helm/carillon';
const CASES = ['usual', 'everything', 'sqlite'];
const HOW = 'The chart has changed: npm run chart, with Helm at hand, renders it anew.';

function setup(name = 'usual') {
  const objects = renderedChart(name);
  const spec = (kind: string) => objects.get(kind)?.spec;
  const deployment = spec('Deployment');
  const pod = deployment.template?.spec;
  const container = pod.containers?.[0];
  const env = new Map<string, Parsed>(container.env.map((each: Parsed) => [each.name, each]));
  return { objects, spec, deployment, pod, container, env };
}

/** The names of all values, with dots between. Where a user's own keys begin, the name ends. */
function namesOf(values: Parsed, above = ''): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
      ? namesOf(value, `${above}${name}.`)
      : [`${above}${name}`],
  );
}

describe('What is rendered of the chart', () => {
  it('was rendered from the chart as it is', () => {
    expect({ digest: chartDigest(), HOW }).toEqual({
      digest: textOf('test/deploy/chart/made-from').trim(),
      HOW,
    });
  });

  it.each(CASES)('asks for routes that exist, at the port on which the service listens (%s)', (name) => {
    const { container, env } = setup(name);
    const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
      (probe) => container[probe]?.httpGet,
    );
    expect(probes.map((get: Parsed) => get?.path)).toEqual(['/health/live', '/health/live', '/health/ready']);
    for (const get of probes) expect(PUBLIC).toContain(`get ${get?.path}`);
    expect(probes.map((get: Parsed) => get?.port)).toEqual(['http', 'http', 'http']);
    expect(container.ports).toEqual([{ name: 'http', containerPort: Number(env.get('PORT')?.value) }]);
  });

  it.each(CASES)('runs without root, rights, a token and a file system that can be written (%s)', (name) => {
    const { pod, container, objects, env } = setup(name);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(objects.get('ServiceAccount')).toMatchObject({ automountServiceAccountToken: false });
    expect(container.volumeMounts).toContainEqual({
      name: 'data',
      mountPath: env.get('CREDENTIALS_DIR').value,
    });
  });

  it.each(CASES)('leaves calls their 20 seconds after the endpoint is taken away (%s)', (name) => {
    const { pod, container } = setup(name);
    const [command, seconds] = container.lifecycle?.preStop?.exec?.command ?? [];
    expect(command).toBe('sleep');
    expect(Number(pod.terminationGracePeriodSeconds)).toBeGreaterThanOrEqual(Number(seconds) + 25);
  });

  it.each(CASES)('makes no Secret, and takes what is secret from the one that is named (%s)', (name) => {
    const { objects, env, container } = setup(name);
    expect([...objects.keys()]).not.toContain('Secret');
    expect(container.envFrom).toContainEqual({ secretRef: { name: 'carillon' } });
    expect(env.get('KEY_ENCRYPTION_SECRET')?.valueFrom).toMatchObject({
      secretKeyRef: { name: 'carillon' },
    });
  });

  it('replaces replicas one by one, a new one first', () => {
    const { deployment, spec } = setup();
    expect(deployment.replicas).toBe(2);
    expect(deployment.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    expect(spec('PodDisruptionBudget').maxUnavailable).toBe(1);
  });

  it('never starts a second process on a SQLite file, and keeps the file', () => {
    const { deployment, env, pod, objects } = setup('sqlite');
    expect(deployment.replicas).toBe(1);
    expect(deployment.strategy).toEqual({ type: 'Recreate' });
    expect(env.get('DATABASE_URL')).toEqual({
      name: 'DATABASE_URL',
      value: 'sqlite:/data/carillon.sqlite',
    });
    expect(pod.volumes?.[0]?.persistentVolumeClaim).toEqual({ claimName: 'jobs-carillon' });
    expect(objects.get('PersistentVolumeClaim')).toMatchObject({
      metadata: { annotations: { 'helm.sh/resource-policy': 'keep' } },
    });
  });

  it('leaves the number of replicas to others where none is given', () => {
    expect(setup('everything').deployment).not.toHaveProperty('replicas');
  });

  it('writes a large number as it was given', () => {
    expect(setup().objects.get('ConfigMap')?.data).toMatchObject({ MAX_CALLS_PER_TENANT: '10000000' });
  });

  it('sends no pod to private addresses but those that are named', () => {
    const [names, database, anywhere, more] = setup('everything').spec('NetworkPolicy').egress ?? [];
    expect(names?.ports?.map((each: Parsed) => each.port)).toEqual([53, 53]);
    expect(database).toEqual({
      ports: [{ protocol: 'TCP', port: 3307 }],
      to: [{ ipBlock: { cidr: '10.8.0.5/32' } }],
    });
    expect(anywhere?.to?.[0]?.ipBlock?.except).toEqual(
      expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16']),
    );
    expect(more?.ports).toEqual([{ protocol: 'TCP', port: 8080 }]);
  });

  it.each([
    'existingSecret',
    'settings.PUBLIC_URL',
    'replicaCount',
    'terminationGracePeriodSeconds',
    'ingress.hosts',
  ])('is refused with a sentence where %s cannot be', (value) => {
    expect(textOf('test/deploy/chart/refused.txt')).toMatch(new RegExp(`: ${value}: .+\\.$`, 'm'));
  });
});

describe('The rules of the chart', () => {
  it('are those of docker/prometheus', () => {
    const rules = 'docker/prometheus/rules.yml';
    expect(realpathSync(`${CHART}/files/rules.yml`)).toBe(realpathSync(rules));
    expect(yamlOf(rules).groups?.[0]?.name).toBe('carillon');
  });

  it('find the replicas as the job for which they look', () => {
    const { objects } = setup('everything');
    const label = objects.get('ServiceMonitor')?.spec?.jobLabel ?? '';
    expect(objects.get('Service')?.metadata?.labels?.[label]).toBe('carillon');
  });
});

describe('The values of the chart', () => {
  const templates = readdirSync(`${CHART}/templates`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => textOf(`${entry.parentPath}/${entry.name}`))
    .join('\n');
  const used = new Set([...templates.matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, name = '']) => name));
  const given = namesOf(yamlOf(`${CHART}/values.yaml`)).filter((name) => !name.startsWith('settings.'));
  const isBelow = (name: string, above: string) => name === above || name.startsWith(`${above}.`);

  it('are all used, and all that is used is there', () => {
    const isUsed = (name: string) => [...used].some((each) => isBelow(name, each));
    const isGiven = (name: string) => given.some((each) => isBelow(each, name)) || isBelow(name, 'settings');
    expect(given.length).toBeGreaterThan(40);
    expect(given.filter((name) => !isUsed(name))).toEqual([]);
    expect([...used].filter((name) => !isGiven(name))).toEqual([]);
  });

  it('are all in the schema, which lets no other pass', () => {
    const schema = JSON.parse(textOf(`${CHART}/values.schema.json`));
    const isKnown = (name: string) =>
      // Where Kubernetes says what is permitted, the schema does not.
      name.split('.').reduce((at, part) => (at?.properties ? at.properties[part] : at), schema) !== undefined;
    expect(given.filter((name) => !isKnown(name))).toEqual([]);
    expect(schema.additionalProperties).toBe(false);
  });

  it('hold no secret and nothing that the chart sets, whatever is written among the settings', () => {
    const schema = JSON.parse(textOf(`${CHART}/values.schema.json`));
    const names = schema.properties.settings.propertyNames.allOf;
    const refused = new Set<string>(names.flatMap((each: Parsed) => each.not.enum));
    const secret = SETTINGS.filter((name) => /SECRET$|TOKEN$|HEADERS$|^(DATABASE|AMQP)_URL$/.test(name));
    expect(secret.length).toBeGreaterThan(4);
    expect([...secret, ...setup().env.keys()].filter((name) => !refused.has(name))).toEqual([]);
  });
});
