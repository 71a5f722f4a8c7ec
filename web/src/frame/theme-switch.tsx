import { useLayoutEffect, useState } from 'preact/hooks';
import { TEXTS } from '../texts.js';
import { chooseTheme, chosenTheme, THEMES, type Theme } from './theme.js';

export function ThemeSwitch() {
  const [chosen, setChosen] = useState<Theme | null>(null);
  useLayoutEffect(() => setChosen(chosenTheme()), []);
  const choose = (theme: Theme) => {
    chooseTheme(theme);
    setChosen(theme);
  };
  return (
    <fieldset class="theme-switch">
      <legend class="unseen">{TEXTS.frame.theme}</legend>
      {THEMES.map((theme) => (
        <label key={theme}>
          <input
            class="unseen"
            type="radio"
            name="theme"
            value={theme}
            checked={chosen === theme}
            onChange={() => choose(theme)}
          />
          <span>{TEXTS.frame.themes[theme]}</span>
        </label>
      ))}
    </fieldset>
  );
}
