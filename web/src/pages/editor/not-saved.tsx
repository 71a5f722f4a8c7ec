import { mayBeDone } from '../../api/failure.js';
import type { Refusal, Unreachable } from '../../api/request.js';
import { Message } from '../../controls/message.js';
import { Problem } from '../../controls/problem.js';
import { EDITOR } from '../../texts/editor.js';
import { MadeAfterAll } from './made-after-all.js';

interface NotSavedProps {
  readonly error: Refusal | Unreachable | null;
  /** What the service said that is about no field. */
  readonly rest: readonly string[];
  /** True where a part was stored before another was refused. */
  readonly isHalfSaved: boolean;
  /** What the new job is called; null where it is none. */
  readonly newName: string | null;
}

/** Why nothing was saved, where no field says it. */
export function NotSaved({ error, rest, isHalfSaved, newName }: NotSavedProps) {
  return (
    <>
      {error && <Problem error={error} isNews />}
      {error && mayBeDone(error) && newName !== null && newName !== '' && <MadeAfterAll name={newName} />}
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
