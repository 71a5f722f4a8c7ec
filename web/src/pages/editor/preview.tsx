import type { Preview } from '../../api/editor.js';
import { Message } from '../../controls/message.js';
import { Problem } from '../../controls/problem.js';
import { FiringTable } from '../../pictures/firing-table.js';
import { EDITOR } from '../../texts/editor.js';
import type { Previewed } from './use-preview.js';

const { preview: texts } = EDITOR;

interface PreviewProps {
  readonly previewed: Previewed;
}

/** What a schedule means and when it fires, while it is being written. */
export function PreviewPanel({ previewed }: PreviewProps) {
  const { meaning, preview, isFormer, error } = previewed;
  const isEmpty = meaning.kind === 'nothing written';
  // What is wrong with a field stands at the field.
  const isRefused = meaning.kind === 'unread';
  return (
    // On a wide screen it scrolls by itself, so that the keyboard must reach it.
    <section class="editor-part preview" aria-labelledby="preview" tabIndex={0}>
      <h2 id="preview">{texts.title}</h2>
      <div class="preview-head" role="status" aria-busy={isFormer && preview !== null}>
        {isEmpty ? (
          <p class="quiet">{texts.empty}</p>
        ) : isRefused ? (
          <p class="quiet">{texts.unread}</p>
        ) : preview ? (
          <p class="preview-text">{capital(preview.text)}</p>
        ) : (
          !error && <p class="quiet">{texts.asking}</p>
        )}
      </div>
      {error && !isRefused && <Problem error={error} isNews isRetried />}
      {preview && !isEmpty && !isRefused && (
        <div class="preview-body" aria-busy={isFormer}>
          <Firings preview={preview} asOf={previewed.asOf ?? new Date()} zone={previewed.zone} />
        </div>
      )}
    </section>
  );
}

interface FiringsProps {
  readonly preview: Preview;
  readonly asOf: Date;
  readonly zone: string | null;
}

function Firings({ preview, asOf, zone }: FiringsProps) {
  const { runs, runsPerDay, warnings } = preview;
  return (
    <>
      <p>{runs.length === 0 ? texts.none : runsPerDay === null ? texts.once : texts.often(runsPerDay)}</p>
      {warnings.map((warning) => (
        <Message key={warning} kind="warning" title={warning} />
      ))}
      <FiringTable runs={runs} asOf={asOf} zone={zone} />
    </>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
