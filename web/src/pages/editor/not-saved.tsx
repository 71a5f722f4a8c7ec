import type { Refusal, Unreachable } from '../../api/request.js';
import { Message } from '../../controls/message.js';
import { Problem } from '../../controls/problem.js';
import { EDITOR } from '../../texts/editor.js';

interface NotSavedProps {
  readonly error: Refusal | Unreachable | null;
  /** What the service said that is about no field. */
  readonly rest: readonly string[];
  /** True where a part was stored before another was refused. */
  readonly isHalfSaved: boolean;
}

/** Why nothing was saved, where no field says it. */
export function NotSaved({ error, rest, isHalfSaved }: NotSavedProps) {
  return (
    <>
      {error && <Problem error={error} isNews />}
      {rest.length > 0 && (
        <Message kind="error" title={EDITOR.notSaved.title} isNews>
          {rest.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </Message>
      )}
      {isHalfSaved && <Message kind="information" title={EDITOR.notSaved.part} isNews />}
    </>
  );
}
