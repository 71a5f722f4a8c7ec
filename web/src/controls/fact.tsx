import type { ComponentChildren } from 'preact';

/** A name and what there is to say of it, in a list of such. */
export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
