/** Line drawings of our own on a grid of 16, in the colour of the text around them. */
const PATHS = {
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  home: 'M2.5 7.5 8 3l5.5 4.5M4 6.5v6.5h3V9.5h2V13h3V6.5',
  jobs: 'M2.5 4h2M2.5 8h2M2.5 12h2M7 4h6.5M7 8h6.5M7 12h6.5',
  runs: 'M3 13V9M6.3 13V5M9.7 13V7.5M13 13V3',
  plan: 'M2.5 3v10h11V3ZM2.5 6.5h11M6 3v10M10 3v10',
  signingKeys: 'M5.5 8.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM7.6 7.6l5.9 5.9M10.5 10.5l1.75-1.75',
  tenants: 'M2.5 13.5v-8h5v8M7.5 8.5h6v5M2 13.5h12M4.5 8h1M4.5 10.5h1M10 11h1',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.25 6.5a1.75 1.75 0 1 1 2.5 1.6c-.5.25-.75.6-.75 1.15M8 11.25v.1',
  account: 'M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM3 13.5c.3-2.3 2.3-3.5 5-3.5s4.7 1.2 5 3.5',
  copy: 'M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3',
  done: 'm3 8.5 3.5 3.5L13 4.5',
  close: 'm4 4 8 8M12 4l-8 8',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5v9l7.5-4.5Z',
  error: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.75v4M8 11.15v.1',
  warning: 'M8 2.5 14.25 13.5H1.75ZM8 6.5v3.25M8 11.65v.1',
  information: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.25v4M8 4.85v.1',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside words; it says nothing by itself. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The product's bell. */
export function Bell() {
  return (
    <svg class="bell" viewBox="0 0 48 48" width="32" height="32" aria-hidden="true" focusable="false">
      <rect width="48" height="48" rx="11" />
      <path d="M24 8a2.5 2.5 0 0 1 2.5 2.5v1.2C32 13 35.5 17.7 35.5 24v6.5l3 4h-29l3-4V24c0-6.3 3.5-11 9-12.3v-1.2A2.5 2.5 0 0 1 24 8zM19.8 36.5a4.2 4.2 0 0 0 8.4 0z" />
    </svg>
  );
}
