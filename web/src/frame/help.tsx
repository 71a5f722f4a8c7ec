import { Dialog } from '../controls/dialog.js';
import { SERVICE_PATHS } from '../paths.js';
import { useStore } from '../store.js';
import { TEXTS } from '../texts.js';
import { areKeysOn, switchKeys } from './keys.js';

/** Every key that there is, what it does. */
const KEYS: readonly (readonly [keys: readonly string[], text: string])[] = [
  [['g', 'o'], TEXTS.help.keyHome],
  [['g', 'j'], TEXTS.help.keyJobs],
  [['g', 'r'], TEXTS.help.keyRuns],
  [['g', 'p'], TEXTS.help.keyPlan],
  [['n'], TEXTS.help.keyNewJob],
  [['g', 't'], TEXTS.help.keyTenants],
  [['/'], TEXTS.help.keySearch],
  [['F6'], TEXTS.help.keyStatus],
  [['?'], TEXTS.help.keyHelp],
  [['Esc'], TEXTS.help.keyClose],
];

interface HelpProps {
  readonly isOpen: boolean;
  readonly seesTenants: boolean;
  readonly mayChange: boolean;
  readonly onClose: () => void;
}

export function Help({ isOpen, seesTenants, mayChange, onClose }: HelpProps) {
  const isOn = useStore(areKeysOn);
  const { help } = TEXTS;
  const isOfOthers = (text: string) =>
    (text === help.keyTenants && !seesTenants) || (text === help.keyNewJob && !mayChange);
  const keysHere = KEYS.filter(([, text]) => !isOfOthers(text));
  return (
    <Dialog title={help.title} isOpen={isOpen} onClose={onClose}>
      <h3>{help.keys}</h3>
      <dl class="keys">
        {keysHere.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key, place) => (
                <>
                  {place > 0 && <span class="quiet"> {help.then} </span>}
                  <kbd>{key}</kbd>
                </>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={({ currentTarget }) => switchKeys(currentTarget.checked)}
        />
        <span>
          {help.on}
          <span class="quiet">{help.onHint}</span>
        </span>
      </label>
      <h3>{help.more}</h3>
      <ul class="plain links">
        <li>
          <a href={SERVICE_PATHS.apiDocument}>{help.apiDocument}</a>
        </li>
        <li>
          <a href={SERVICE_PATHS.openApi}>{help.openApi}</a>
        </li>
        <li>
          <a href={SERVICE_PATHS.health}>{help.health}</a>
        </li>
      </ul>
    </Dialog>
  );
}
