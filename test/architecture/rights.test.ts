import ts from 'typescript';
import { nodesOf, parse, readSources, type SourceText } from './sources.js';

const ROUTE = /^(Get|Post|Put|Delete|Patch|All|Sse|Head|Options)$/;
/** Rights of routes that change nothing. */
const READING = ["'read'", "'admin-read'"];

interface Marked {
  readonly name: string;
  readonly method: string;
  /** What is said at the route itself, and at its class: `Requires('read')`, `Public()`. */
  readonly own: string | null;
  readonly ofClass: string | null;
}

const controllers = readSources('src').filter(({ name }) => name.endsWith('.controller.ts'));

function decoratorsOf(node: ts.Node): { name: string; text: string; of: string }[] {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return decorators.flatMap(({ expression }) =>
    ts.isCallExpression(expression)
      ? [
          {
            name: expression.expression.getText(),
            text: expression.getText(),
            of: expression.arguments.map((each) => each.getText()).join(),
          },
        ]
      : [],
  );
}

function rightOf(node: ts.Node): string | null {
  const said = decoratorsOf(node).filter(({ name }) => name === 'Requires' || name === 'Public');
  return said.length === 1 ? (said[0]?.text ?? null) : null;
}

function routesOf(source: SourceText): Marked[] {
  return nodesOf(parse(source))
    .filter(ts.isMethodDeclaration)
    .flatMap((node) => {
      const route = decoratorsOf(node).find(({ name }) => ROUTE.test(name));
      if (!route) return [];
      const name = `${source.name}: ${node.name.getText()}`;
      return [{ name, method: route.name, own: rightOf(node), ofClass: rightOf(node.parent) }];
    });
}

const isReading = (said: string | null) => READING.some((right) => said === `Requires(${right})`);

describe('A route', () => {
  it('says which right it needs, or its class does', () => {
    const routes = controllers.flatMap(routesOf);
    expect(routes.length).toBeGreaterThan(60);
    expect(routes.filter(({ own, ofClass }) => own === null && ofClass === null)).toEqual([]);
  });

  it('says itself that it only reads: what is added beside it is not let to viewers by that', () => {
    const routes = controllers.flatMap(routesOf);
    expect(routes.filter(({ own }) => isReading(own)).length).toBeGreaterThan(20);
    expect(routes.filter(({ ofClass }) => isReading(ofClass))).toEqual([]);
  });

  it('that is for viewers is a GET, but for one that answers what it is sent', () => {
    const others = controllers.flatMap(routesOf).filter(({ method }) => method !== 'Get');
    const reading = others.filter(({ own }) => isReading(own)).map(({ name }) => name);
    expect(reading).toEqual([expect.stringMatching(/preview\.controller\.ts: preview$/)]);
  });

  it('without a right is found, and one with two', () => {
    const text = `@Controller('a') class A { @Get() a() {} @Get() @Requires('read') b() {} @Post() @Requires('read') @Public() c() {} d() {} }`;
    const found = routesOf({ name: 'a.controller.ts', text });
    expect(found.map(({ own }) => own)).toEqual([null, "Requires('read')", null]);
    expect(routesOf({ name: 'a', text: `@Public() class A { @Get() a() {} }` })[0]?.ofClass).toBe('Public()');
  });
});
