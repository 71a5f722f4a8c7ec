import js from '@eslint/js';
import ts from 'typescript-eslint';
import { imports } from './test/architecture/import-lint.js';
import { params } from './test/architecture/params-lint.js';

const refuse = (selector, message) => ({ selector, message });

const EVERYWHERE = [
  refuse('ExportAllDeclaration', 'Barrels hide who needs whom: import from the file that holds the thing.'),
];

const IN_SRC = [
  ...EVERYWHERE,
  refuse(
    'ImportSpecifier[imported.name=/^(forwardRef|InjectRepository)$/]',
    'forwardRef ties a knot of modules, an injected repository goes round the database seam: untie the one, take Database for the other.',
  ),
  refuse(
    'Property[key.name="synchronize"][value.value=true]',
    'A schema that synchronizes itself can drop a column of a deployment: write a migration.',
  ),
];
const CLOCK = [
  refuse(
    'CallExpression[callee.object.name="Date"][callee.property.name="now"], NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
    'Time comes from the Clock, or as an argument `now`: a second clock cannot be turned by a test and drifts from the first.',
  ),
];
const ENVIRONMENT = [
  refuse(
    'MemberExpression[object.name="process"][property.name="env"]',
    'The environment is read once, in src/config, validated and frozen: inject CONFIG.',
  ),
];
const CHANCE = [
  refuse(
    'MemberExpression[object.name="Math"][property.name="random"], Identifier[name="crypto"]',
    'core answers the same for the same arguments: take the random value as an argument.',
  ),
];
const HTTP_IN_SERVICES = [
  refuse(
    'ImportDeclaration[source.value="@nestjs/common"] ImportSpecifier[imported.name=/(Exception|^HttpStatus)$/]',
    'A service knows no HTTP: throw a DomainError, the filter of src/http maps its code to a status and an envelope.',
  ),
];
const IN_CONTROLLERS = [
  refuse(
    'IfStatement, SwitchStatement, ConditionalExpression',
    'A controller only hands on: a decision belongs to the schema, the service or the presenter.',
  ),
];
const IN_TESTS = [
  ...EVERYWHERE,
  refuse(
    'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(skip|only|todo|failing)$/], Identifier[name=/^(xit|xdescribe|xtest|fit|fdescribe)$/]',
    'A suite that leaves something out says "passed" about what it did not look at: mend the test or delete it.',
  ),
  refuse('CallExpression[callee.property.name="retryTimes"]', 'A test that is tried again hides a race.'),
];
const NO_SLEEP = [
  refuse(
    'ImportDeclaration[source.value="node:timers/promises"], CallExpression[callee.name="setTimeout"] > Identifier:first-child[name=/^(resolve|r|done)$/]',
    'A test that sleeps is slow where it passes and fails where the machine is slow: turn the ManualClock, or wait for the event itself.',
  ),
];

const SQL = [
  refuse(
    'MemberExpression[object.name=/^(tx|sql)$/][property.name=/^(query|execute|manager)$/]',
    'SQL stands where it is looked for: in src/database and in *.store.ts, *.reader.ts, *.search.ts and *.query.ts of the module that owns the table. Move the statement there and call it by a verb.',
  ),
];

const restrict = (...groups) => ({ 'no-restricted-syntax': ['error', ...groups.flat()] });

export default ts.config(
  { ignores: ['dist/', 'data/', 'coverage/', '**/node_modules/', 'test/bench/peers/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'performance', 'URL', 'setTimeout', 'fetch'].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['web/**/*.js'],
    languageOptions: {
      globals: { document: 'readonly', window: 'readonly', localStorage: 'readonly' },
      sourceType: 'script',
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, allowDefaultCaseForExhaustiveSwitch: false },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      // Classes without members are Nest's modules; an async method without await fulfils a port.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    plugins: { carillon: { rules: { imports, params } } },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'carillon/params': 'error',
      complexity: ['error', { max: 18, variant: 'modified' }],
      'max-depth': 'error',
      eqeqeq: 'error',
      'no-console': 'off',
      ...restrict(EVERYWHERE),
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'carillon/imports': 'error',
      'max-lines-per-function': ['error', { max: 60 }],
      'no-console': 'error',
      ...restrict(IN_SRC, CLOCK, ENVIRONMENT, SQL),
    },
  },
  { files: ['src/core/**/*.ts'], rules: restrict(IN_SRC, CLOCK, ENVIRONMENT, CHANCE) },
  { files: ['src/core/clock.ts'], rules: restrict(IN_SRC, ENVIRONMENT, CHANCE) },
  { files: ['src/config/**/*.ts', 'src/main.ts'], rules: restrict(IN_SRC, CLOCK) },
  { files: ['src/database/**/*.ts'], rules: restrict(IN_SRC, CLOCK, ENVIRONMENT) },
  { files: ['src/**/*.service.ts'], rules: restrict(IN_SRC, CLOCK, ENVIRONMENT, HTTP_IN_SERVICES, SQL) },
  {
    files: ['src/**/*.{store,reader,search,query}.ts'],
    rules: restrict(IN_SRC, CLOCK, ENVIRONMENT, HTTP_IN_SERVICES),
  },
  { files: ['src/**/*.controller.ts'], rules: restrict(IN_SRC, CLOCK, ENVIRONMENT, IN_CONTROLLERS, SQL) },
  {
    files: ['src/**/index.ts'],
    rules: restrict([refuse('Program', 'Barrels hide who needs whom: name the file after what it holds.')]),
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      ...restrict(IN_TESTS, NO_SLEEP),
      // A row of a table test has as many columns as the table.
      'carillon/params': 'off',
      // Answers come over the wire: their shape is what the test is about.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['test/support/**/*.ts', 'test/bench/**/*.ts', 'test/faults/support/**/*.ts'],
    rules: restrict(IN_TESTS),
  },
);
