import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from './places.js';

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
}

describe('npm run sbom', () => {
  const sbom = JSON.parse(execFileSync(process.execPath, ['scripts/sbom.mjs'], { encoding: 'utf8' })) as {
    readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
    readonly components: readonly { readonly name: string; readonly version: string }[];
  };
  const named = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`));
  const { packages } = JSON.parse(textOf('package-lock.json')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const locked = (isDev: boolean) =>
    Object.entries(packages)
      .filter(([place, { dev = false }]) => place !== '' && dev === isDev)
      .map(([place, { version }]) => `${place.split('node_modules/').at(-1)}@${version}`);

  it('names the product and every package that is shipped with it', () => {
    const { name, version } = JSON.parse(textOf('package.json')) as Record<string, string>;
    expect(sbom.metadata.component).toMatchObject({ name, version });
    expect(named).toContain(`express@${packages['node_modules/express']?.version}`);
    expect(locked(false).filter((each) => !named.has(each))).toEqual([]);
  });

  it('names what the pages of the dashboard are made of, and nothing else of what is for development', () => {
    const pages = readdirSync('web/src', { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => textOf(join('web/src', name)))
      .flatMap((text) => [...text.matchAll(/^import (?!type).* from '([^.'][^']*)'/gm)])
      .map(([, from = '']) =>
        from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    const shipped = new Set(locked(false));
    const ofDevelopment = new Set(locked(true).filter((each) => !shipped.has(each)));
    const extra = [...named]
      .filter((each) => ofDevelopment.has(each))
      .map((each) => each.replace(/@[^@]+$/, ''));
    expect(new Set(pages).size).toBeGreaterThan(1);
    expect([...new Set(pages)].filter((name) => !extra.includes(name))).toEqual([]);
    expect(extra.sort()).toEqual([
      '@sap-theming/theming-base-content',
      'preact',
      'preact-iso',
      'preact-render-to-string',
    ]);
  });
});
