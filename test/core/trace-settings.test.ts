import { readConfig, SETTINGS } from '../../src/config/config.js';

const ENDPOINT = 'http://collector:4318';
const tracing = (env: Record<string, string>) => readConfig({ NODE_ENV: 'test', ...env }).tracing;
const refusal = (env: Record<string, string>) => {
  try {
    tracing(env);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('The settings of traces', () => {
  it('are off without an endpoint, and flags then say that all is sampled', () => {
    expect(tracing({})).toEqual({ endpoint: null, share: 1 });
    expect(tracing({ OTEL_TRACES_SAMPLER_ARG: '0.25' })).toEqual({ endpoint: null, share: 0.25 });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }, `${ENDPOINT}/v1/traces`],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: `${ENDPOINT}/` }, `${ENDPOINT}/v1/traces`],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example.com/a/b/' },
      'https://otel.example.com/a/b/v1/traces',
    ],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/here` }, `${ENDPOINT}/here`],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/own` },
      `${ENDPOINT}/own`,
    ],
  ])('%j lead to %s, a hundredth of all', (env, url) => {
    expect(tracing(env)).toMatchObject({ endpoint: { url, headers: {} }, share: 0.01 });
  });

  it.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_SDK_DISABLED: 'TRUE' }, { OTEL_TRACES_EXPORTER: 'none' }])(
    '%j switches them off',
    (env: Record<string, string>) => {
      expect(tracing({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, ...env }).endpoint).toBeNull();
    },
  );

  it('name the service and what else is said of it', () => {
    const of = (env: Record<string, string>) =>
      tracing({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, ...env }).endpoint?.attributes;
    expect(of({})).toMatchObject({ 'service.name': 'carillon' });
    const OTEL_RESOURCE_ATTRIBUTES = 'service.name=a,team=jobs%2C%20and%20more, ,empty=';
    expect(of({ OTEL_RESOURCE_ATTRIBUTES })).toMatchObject({
      ...{ 'service.name': 'a', team: 'jobs, and more', empty: '' },
    });
    expect(of({ OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME: 'b' })).toMatchObject({ 'service.name': 'b' });
  });

  it('take headers, percent-decoded', () => {
    const { endpoint } = tracing({
      OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20YTpi==,x-tenant = 7',
    });
    expect(endpoint?.headers).toEqual({ Authorization: 'Basic YTpi==', 'x-tenant': '7' });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://user:s3cret-value@collector'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 's3cret-value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 's3cret-value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', '=s3cret-value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a b=s3cret-value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=s3cret-value%0d%0ab: c'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=s3cret-value%zz'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'nothing'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', '-0.1'],
    ['OTEL_TRACES_SAMPLER_ARG', '1e-3'],
    ['OTEL_TRACES_SAMPLER_ARG', '5%'],
    ['OTEL_TRACES_SAMPLER', 'always_on'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf'],
    ['OTEL_SDK_DISABLED', 'yes'],
  ])('refuse %s=%s by its name, and repeat no secret', (name, value) => {
    const told = refusal({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, [name]: value });
    expect(told).toMatch(new RegExp(`^  ${name}: must `, 'm'));
    expect(told).not.toContain('s3cret');
  });

  it.each([
    ['OTEL_TRACES_SAMPLER_ARG', '1'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.0'],
    ['OTEL_TRACES_SAMPLER_ARG', '0'],
    ['OTEL_TRACES_SAMPLER_ARG', '.5'],
    ['OTEL_TRACES_SAMPLER', 'traceidratio'],
    ['OTEL_TRACES_SAMPLER', 'parentbased_traceidratio'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json'],
    ['OTEL_TRACES_EXPORTER', 'otlp'],
    ['OTEL_SDK_DISABLED', 'false'],
    ['OTEL_SERVICE_NAME', 'jobs'],
  ])('take %s=%s', (name, value) => {
    expect(refusal({ [name]: value })).toBeNull();
    expect(SETTINGS).toContain(name);
  });
});
