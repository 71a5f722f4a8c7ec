import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One TypeScript file, its name relative to the folder that was read (`core/clock.ts`). */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/** One import (or re-export) of a file. `isTypeOnly`: it is gone once the types are stripped. */
export interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

/** Returns every TypeScript file below a folder of the repository, sorted by name. */
export function readSources(folder: string): SourceText[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .sort()
    .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(folder, name), 'utf8') }));
}

/** Returns the syntax tree of a file. */
export function parse({ name, text }: SourceText): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
}

/** Returns every node of a tree, parents first. */
export function nodesOf(root: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const walk = (node: ts.Node) => {
    found.push(node);
    ts.forEachChild(node, walk);
  };
  walk(root);
  return found;
}

/** Returns the imports of a file, `import(...)` and re-exports among them. */
export function importsOf(source: SourceText): Import[] {
  return nodesOf(parse(source)).flatMap((node) => {
    if (ts.isImportDeclaration(node)) return named(node.moduleSpecifier, isTypesOnly(node.importClause));
    if (ts.isExportDeclaration(node)) return named(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      return named(node.arguments[0], false);
    }
    return [];
  });
}

function isTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const names = clause.namedBindings;
  return (
    !clause.name && !!names && ts.isNamedImports(names) && names.elements.every((name) => name.isTypeOnly)
  );
}

function named(specifier: ts.Expression | undefined, isTypeOnly: boolean): Import[] {
  return specifier && ts.isStringLiteral(specifier) ? [{ specifier: specifier.text, isTypeOnly }] : [];
}

/** Returns one way round a graph (`a -> b -> a`), null where there is none. */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): string | null {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string | null => {
    const at = path.indexOf(node);
    if (at >= 0) return [...path.slice(at), node].join(' -> ');
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return null;
}
