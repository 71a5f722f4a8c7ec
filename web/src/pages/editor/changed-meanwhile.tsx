import { Button } from '../../controls/button.js';
import { Message } from '../../controls/message.js';
import { EDITOR } from '../../texts/editor.js';
import type { Clash } from './meanwhile.js';

const { meanwhile: texts } = EDITOR;

interface ChangedMeanwhileProps {
  readonly clashes: readonly Clash[];
  readonly onMine: () => void;
  readonly onTheirs: () => void;
}

/** What somebody else has changed since the form was opened, beside what was typed: which of both is to stand is asked. */
export function ChangedMeanwhile({ clashes, onMine, onTheirs }: ChangedMeanwhileProps) {
  return (
    <Message kind="warning" title={texts.title} isNews>
      {clashes.map(({ label, stands, typed }) => (
        <div key={label}>
          <p>
            <strong>{label}</strong>
          </p>
          <p>{texts.stands(stands)}</p>
          <p>{texts.typed(typed)}</p>
        </div>
      ))}
      <div class="actions">
        <Button onPress={onMine}>{texts.mine}</Button>
        <Button onPress={onTheirs}>{texts.theirs}</Button>
      </div>
    </Message>
  );
}
