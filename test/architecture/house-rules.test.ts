import ts from 'typescript';
import { SQL_FILES } from './import-rules.js';
import { nodesOf, parse, readSources, type SourceText } from './sources.js';

/** Lint stops there too; here the files that no lint run was asked about are counted as well. */
const MOST_LINES = 300;
const REFUSED_FOLDERS = /(^|\/)(common|utils?|shared|helpers?|lib)\//;
const REFUSED_NAMES = /(Manager|Helper|Utils?|Impl|Data)$|^Base[A-Z]/;
/** Files whose exported functions, classes and shapes, or whose classes' methods, say in a docstring what they are. */
const DOCUMENTED_EXPORTS = /^core\//;
const DOCUMENTED_METHODS = /\.(service|store|reader)\.ts$/;

/** Nest's own moments in the life of a module: their names say what they are. */
const LIFECYCLE = /^(on|before)(Module|Application)(Init|Bootstrap|Destroy|Shutdown)$/;

/** What only SQL says: lint looks for the calls, so a call under another name is found by its text. */
const STATEMENT = /\b(SELECT\s[\s\S]+?\sFROM|INSERT (IGNORE )?INTO|UPDATE \w+ SET|DELETE FROM)\s/;
const SQL_CALL = /\b(tx|sql)\s*\??\.\s*(query|execute|manager)\b/;

const src = readSources('src');
const tests = readSources('test');

function setup() {
  const classes = (source: SourceText) => nodesOf(parse(source)).filter(ts.isClassDeclaration);
  const controllers = src.filter(({ name }) => name.endsWith('.controller.ts'));
  return { classes, controllers };
}

const isIn = (node: ts.Node, kind: ts.SyntaxKind) =>
  ts.canHaveModifiers(node) && !!ts.getModifiers(node)?.some((modifier) => modifier.kind === kind);

function hasDocstring(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).length > 0;
}

function undocumentedExports(source: SourceText): string[] {
  const file = parse(source);
  return file.statements
    .filter((n) => ts.isFunctionDeclaration(n) || ts.isClassDeclaration(n) || ts.isInterfaceDeclaration(n))
    .filter((node) => isIn(node, ts.SyntaxKind.ExportKeyword) && !hasDocstring(node))
    .map((node) => `${source.name}: ${node.getText(file).split('\n')[0]}`);
}

function undocumentedMethods(source: SourceText): string[] {
  const file = parse(source);
  return nodesOf(file)
    .filter(ts.isMethodDeclaration)
    .filter((node) => ts.isClassDeclaration(node.parent))
    .filter((node) => !isIn(node, ts.SyntaxKind.PrivateKeyword) && !isIn(node, ts.SyntaxKind.OverrideKeyword))
    .filter((node) => !hasDocstring(node) && !LIFECYCLE.test(node.name.getText(file)))
    .map((node) => `${source.name}: ${node.name.getText(file)}`);
}

describe('a file', () => {
  it(`has at most ${MOST_LINES} lines`, () => {
    const long = [...src, ...tests].filter(({ text }) => text.split('\n').length > MOST_LINES + 1);
    expect(long.map(({ name }) => name)).toEqual([]);
  });

  it('is no barrel and lies in no folder of odds and ends', () => {
    const refused = src.filter(({ name }) => /(^|\/)index\.ts$/.test(name) || REFUSED_FOLDERS.test(name));
    expect(refused.map(({ name }) => name)).toEqual([]);
  });

  it('is named in kebab-case with dots before its kind', () => {
    const refused = [...src, ...tests].filter(({ name }) => !/^([a-z0-9-]+\/)*[a-z0-9.-]+\.ts$/.test(name));
    expect(refused.map(({ name }) => name)).toEqual([]);
  });
});

describe('a class', () => {
  it('is named after what it is in the field', () => {
    const { classes } = setup();
    const names = src.flatMap((source) => classes(source).map((each) => each.name?.text ?? ''));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => REFUSED_NAMES.test(name))).toEqual([]);
  });
});

describe('a controller', () => {
  it('decides nothing', () => {
    const { controllers } = setup();
    const deciding = controllers.filter((source) =>
      nodesOf(parse(source)).some(
        (node) => ts.isIfStatement(node) || ts.isSwitchStatement(node) || ts.isConditionalExpression(node),
      ),
    );
    expect(controllers.length).toBeGreaterThan(0);
    expect(deciding.map(({ name }) => name)).toEqual([]);
  });
});

/** The texts of a file's program: comments speak of SQL as they like. */
function speaksSql(source: SourceText): boolean {
  const file = parse(source);
  return nodesOf(file).some(
    (node) =>
      ((ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) &&
        STATEMENT.test(node.getText(file))) ||
      (ts.isPropertyAccessExpression(node) && SQL_CALL.test(node.getText(file))),
  );
}

describe('SQL', () => {
  it('stands in the database folder, and in stores, readers, searches and queries', () => {
    const others = src.filter(({ name }) => !name.startsWith('database/') && !SQL_FILES.test(name));
    expect(others.filter(speaksSql).map(({ name }) => name)).toEqual([]);
    expect(src.filter(speaksSql).length).toBeGreaterThan(20);
  });

  it.each([
    'tx.execute(text);',
    'await tx.manager.insert(Row, row);',
    'other.query(`SELECT id\n FROM run WHERE id = ?`);',
    "run('DELETE FROM run');",
    'run(`UPDATE ${table} SET a = 1`, `UPDATE run SET state = ${state}`);',
  ])('is seen in %s', (text) => {
    expect(speaksSql({ name: 'a.service.ts', text })).toBe(true);
  });

  it.each([
    'database.read((tx) => store.list(tx));',
    "const verbs = ['SELECT', 'UPDATE'];",
    '// SELECT a FROM b',
  ])('is not seen in %s', (text) => {
    expect(speaksSql({ name: 'a.service.ts', text })).toBe(false);
  });
});

/**
 * The nodes of a Galera cluster compare what was written: a lock without a write holds on one node only. Each of these
 * writes the rows that it locks, or nothing.
 */
const LOCKING_ONLY = [
  'action/cf-task/task-run.store.ts',
  'operation/operation-lease.store.ts',
  'operation/operation.store.ts',
  'run-log/open-run.store.ts',
  'schedule/protection/breaker/breaker.store.ts',
  'schedule/protection/throttle/throttle.store.ts',
];
/** Locks rows and deletes them, or locks and marks them, in one transaction. */
const LOCKING_THEMSELVES = [
  'operation/operation-lease.store.ts',
  'run-log/queue/held-run.store.ts',
  'run-log/usage/run-usage.store.ts',
  'schedule/protection/breaker/breaker.store.ts',
  'schedule/unused-one-time.store.ts',
];

describe('a lock on rows', () => {
  const users = (text: RegExp) =>
    src.filter((source) => text.test(source.text) && !source.name.startsWith('database/'));

  it('is taken by writing the row, but where the transaction writes the locked row itself', () => {
    expect(users(/\blockRows\(|\.lockById\(/).map(({ name }) => name)).toEqual(LOCKING_ONLY);
    expect(users(/\bholdRows\(/).length).toBeGreaterThan(0);
  });

  it('is no SELECT of its own, but for rows that are claimed or deleted next', () => {
    const selecting = users(/\bforUpdate\b|\bskipLocked\b|FOR UPDATE/);
    expect(selecting.map(({ name }) => name)).toEqual(LOCKING_THEMSELVES);
  });
});

describe('a docstring', () => {
  it('stands on every function, class and shape that core exports', () => {
    const core = src.filter(({ name }) => DOCUMENTED_EXPORTS.test(name));
    expect(core.flatMap(undocumentedExports)).toEqual([]);
  });

  it('stands on every method of a service and a store', () => {
    const services = src.filter(({ name }) => DOCUMENTED_METHODS.test(name));
    expect(services.flatMap(undocumentedMethods)).toEqual([]);
  });

  it('is missed where it is missing', () => {
    const source = {
      name: 'a.service.ts',
      text: 'export class A {\n go() {}\n /** Goes. */\n b() {}\n private c() {}\n}',
    };
    expect(undocumentedMethods(source)).toEqual(['a.service.ts: go']);
    expect(undocumentedExports(source)).toHaveLength(1);
  });
});
