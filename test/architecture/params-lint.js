/** At most so many parameters: more of them are an object that has a name. */
const MOST = 4;

/**
 * Lint rule `carillon/params`: at most four parameters. The constructor of a class that Nest injects may have more: a
 * class made up to carry others past the limit is worse than a long list.
 */
export const params = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    const check = (node) => {
      if (node.params.length <= MOST || isInjected(node)) return;
      context.report({
        node,
        message: `${node.params.length} parameters; at most ${MOST}: pass an object that has a name, or let the method ask for less.`,
      });
    };
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
      TSEmptyBodyFunctionExpression: check,
    };
  },
};

function isInjected({ parent }) {
  const isConstructor = parent?.type === 'MethodDefinition' && parent.kind === 'constructor';
  return isConstructor && (parent.parent.parent.decorators ?? []).length > 0;
}
