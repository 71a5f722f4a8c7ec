/**
 * Why the service cannot start, where an operator can mend it: one plain sentence that names the setting and what to do,
 * and holds no secret. It is shown without a stack.
 */
export class CannotStart extends Error {}
