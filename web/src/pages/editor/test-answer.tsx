import type { TestCallAnswer } from '../../api/editor.js';
import { Message } from '../../controls/message.js';
import { EDITOR_BELOW } from '../../texts/editor-below.js';
import { adviceOf } from './test-advice.js';

const { test: texts } = EDITOR_BELOW;

interface TestAnswerProps {
  readonly answer: TestCallAnswer;
  /** True where something else would be called now. */
  readonly isFormer: boolean;
}

/** What came back from a test call, and what to try. */
export function TestAnswer({ answer, isFormer }: TestAnswerProps) {
  const { outcome, httpStatus, message, text, isCut } = answer;
  const advice = isFormer ? null : adviceOf(answer);
  const kind = outcome === 'failed' && !isFormer ? 'error' : 'information';
  return (
    <Message kind={kind} title={isFormer ? texts.former : texts.outcomes[outcome]} isNews>
      <p>{message}</p>
      {advice && <p>{advice}</p>}
      {httpStatus === null ? null : text === '' ? (
        <p class="quiet">{texts.noAnswer}</p>
      ) : (
        <pre class="test-answer" tabIndex={0} role="region" aria-label={texts.answer}>
          {text}
        </pre>
      )}
      {isCut && <p class="quiet">{texts.cut}</p>}
    </Message>
  );
}
