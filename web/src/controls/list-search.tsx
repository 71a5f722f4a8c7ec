import { useEffect, useRef, useState } from 'preact/hooks';

/** How long after the last key the list is asked for. */
const TYPING_MS = 300;
const LONGEST = 255;

interface ListSearchProps {
  readonly label: string;
  /** What is searched for, as the address says. */
  readonly value: string;
  readonly onAsk: (text: string) => void;
}

/** The search of a list; what is typed is asked for by itself. */
export function ListSearch({ label, value, onAsk }: ListSearchProps) {
  const [text, setText] = useState(value);
  const asked = useRef(value);
  // The address may change by other means: back, or a link that clears the search.
  if (asked.current !== value) {
    asked.current = value;
    if (text.trim() !== value) setText(value);
  }
  const ask = () => {
    if (text.trim() === value) return;
    asked.current = text.trim();
    onAsk(text.trim());
  };
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    const timer = setTimeout(() => latest.current(), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const submit = (event: Event) => {
    event.preventDefault();
    ask();
  };
  return (
    <form class="search" role="search" onSubmit={submit}>
      <label for="q">{label}</label>
      <input
        id="q"
        type="search"
        value={text}
        maxLength={LONGEST}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </form>
  );
}
