import { readConfig, SETTINGS } from '../../src/config/config.js';
import { isBrokenList } from '../../src/config/key-encryption-secrets.js';
import { misspeltVariables } from '../../src/config/misspelt-variables.js';
import { build, ServiceProcess } from '../support/service-process.js';

const ISSUER = { issuer: 'https://login.example.com', audience: 'shop', instances: { shop: 'shop!b1' } };

describe('EXTERNAL_ISSUERS', () => {
  const refusalOf = (...issuers: object[]) => {
    try {
      readConfig({ EXTERNAL_ISSUERS: JSON.stringify(issuers) });
    } catch (error) {
      return (error as Error).message.split('\n').slice(1);
    }
    return [];
  };

  it('is refused with the place and the value of what is wrong', () => {
    expect(refusalOf(ISSUER)).toEqual([]);
    expect(refusalOf(ISSUER, { ...ISSUER, issuer: 'login' })).toEqual([
      expect.stringMatching(/^ {2}EXTERNAL_ISSUERS\[1\]\.issuer: must be a URL .* \(it is "login"\)$/),
    ]);
    expect(refusalOf({ ...ISSUER, algorithms: ['RS256', 'HS256'] })).toEqual([
      expect.stringMatching(/^ {2}EXTERNAL_ISSUERS\[0\]\.algorithms\[1\]: .* \(it is "HS256"\)$/),
    ]);
    expect(refusalOf({ ...ISSUER, instances: { shop: 7 } })).toEqual([
      expect.stringMatching(/^ {2}EXTERNAL_ISSUERS\[0\]\.instances\.shop: .* \(it is 7\)$/),
    ]);
  });

  it('is refused with the whole entry where a field is unknown, and with none where one is missing', () => {
    expect(refusalOf({ ...ISSUER, isuer: 'x' })).toEqual([
      expect.stringMatching(
        /^ {2}EXTERNAL_ISSUERS\[0\]: .*"isuer".* \(it is \{"issuer":"https:\/\/login.*\)$/,
      ),
    ]);
    expect(refusalOf({ ...ISSUER, instances: undefined })).toEqual([
      expect.stringMatching(/^ {2}EXTERNAL_ISSUERS\[0\]\.instances: [^(]*$/),
    ]);
  });

  it('is refused where an issuer is named twice, which is said of the second', () => {
    expect(refusalOf(ISSUER, ISSUER)).toEqual([
      '  EXTERNAL_ISSUERS[1].issuer: must be named once (it is "https://login.example.com")',
    ]);
  });

  it('is shown as it is where it is no array', () => {
    const read = (text: string) => () => readConfig({ EXTERNAL_ISSUERS: text });
    expect(read('nothing')).toThrow(/EXTERNAL_ISSUERS: must be a JSON array of issuers \(it is 'nothing'\)/);
    expect(read('{}')).toThrow(/EXTERNAL_ISSUERS: .*\(it is '\{\}'\)/);
  });
});

describe('A variable that is nearly a setting', () => {
  const meantBy = (name: string) => misspeltVariables([name], SETTINGS).map(({ meant }) => meant);

  it.each([
    ['PUBLIC_ULR', 'PUBLIC_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABSE_UR', 'DATABASE_URL'],
    ['MAX_CALLS_PER_TENANTS', 'MAX_CALLS_PER_TENANT'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['TLSKEY', 'TLS_KEY'],
    ['PROT', 'PORT'],
    ['Key_Encryption_Secret', 'KEY_ENCRYPTION_SECRET'],
  ])('is known: %s, meant as %s', (name, meant) => {
    expect(meantBy(name)).toEqual([meant]);
  });

  it.each([
    ...['PATH', 'HOME', 'HOSTNAME', 'PWD', 'TERM', 'LANG', 'SHELL', 'USER', 'LOGNAME', 'EDITOR', 'NODE'],
    ...[
      'NODE_OPTIONS',
      'NODE_EXTRA_CA_CERTS',
      'SSL_CERT_FILE',
      'CARILLON_PORT',
      'npm_config_port',
      'TZ',
      'HOST',
    ],
  ])('is not meant by %s', (name) => {
    expect(meantBy(name)).toEqual([]);
  });

  it('is warned of at the start, without its value', async () => {
    build();
    const secret = {
      KEY_ENCRYPTION_SECRET: 'a secret of the deployment',
      KEY_ENCRYPTION_SECRETS: 'not to be shown',
    };
    // In production the first start says little: its lines are all kept.
    const env = { NODE_ENV: 'production', ...secret };
    const service = await ServiceProcess.start(env);
    const warnings = service.said.filter((line) => line.includes('"level":40'));
    expect(warnings).toEqual([
      expect.stringMatching(/'KEY_ENCRYPTION_SECRETS'.*is KEY_ENCRYPTION_SECRET meant/),
    ]);
    expect(service.said.join()).not.toContain('not to be shown');
    await service.end('SIGTERM');
  });
});

describe('KEY_ENCRYPTION_SECRET', () => {
  const VALUE = 'sixteen characters';

  it.each([
    [`["${VALUE}"]`, false],
    [` ["${VALUE}", "${VALUE} more"] `, false],
    [VALUE, false],
    [`[${VALUE}`, false],
    [`["${VALUE}",]`, true],
    [`['${VALUE}']`, true],
    [`["${VALUE}", 7]`, true],
    ['["short"]', true],
  ])('is warned of where it looks like an array and is none: %s', (text, isBroken) => {
    expect(isBrokenList(text)).toBe(isBroken);
  });
});
