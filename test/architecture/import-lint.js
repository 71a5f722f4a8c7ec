import { relative, sep } from 'node:path';
import { refusal } from './import-rules.js';

/** Lint rule `carillon/imports`: who may import whom (import-rules.js), told at the import itself. */
export const imports = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(`${context.cwd}/src`, context.filename).split(sep).join('/');
    const check = (node, isTypeOnly) => {
      const reason = node.source && refusal(file, String(node.source.value), isTypeOnly);
      if (reason) context.report({ node, message: reason });
    };
    return {
      ImportDeclaration: (node) => check(node, isTypesOnly(node)),
      ExportNamedDeclaration: (node) => check(node, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, false),
    };
  },
};

function isTypesOnly({ importKind, specifiers }) {
  return importKind === 'type' || (specifiers.length > 0 && specifiers.every((s) => s.importKind === 'type'));
}
