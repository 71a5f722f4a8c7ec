import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const CONTENT = join(
  dirname(createRequire(import.meta.url).resolve('@sap-theming/theming-base-content/package.json')),
  'content/Base/baseLib',
);
const MODULE = 'virtual:horizon.css';
const COLOUR = /^(#[0-9a-f]{3,8}|rgba?\([^()]+\)|transparent)$/i;
const USED = /--sap\w+/g;

/**
 * Provides `virtual:horizon.css`: of the 1,500 variables of SAP Horizon those that our style sheets use, each with its
 * light and its dark value. A name that Horizon does not know ends the build.
 */
export function horizon(web: string): Plugin {
  return {
    name: 'carillon:horizon',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    load: (id) => (id === `\0${MODULE}` ? variables(join(web, 'src')) : null),
  };
}

function variables(folder: string): string {
  const [light, dark] = [valuesOf('sap_horizon'), valuesOf('sap_horizon_dark')];
  const lines = usedIn(folder).map((name) => `  ${name}: ${valueOf(name, light.get(name), dark.get(name))};`);
  return `:root {\n${lines.join('\n')}\n}\n`;
}

function usedIn(folder: string): string[] {
  const sheets = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.css'),
  );
  const names = sheets.flatMap((name) => readFileSync(join(folder, name), 'utf8').match(USED) ?? []);
  return [...new Set(names)].sort();
}

function valuesOf(theme: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(CONTENT, theme, 'css_variables.css'), 'utf8');
  const pairs = [...text.matchAll(/(--sap\w+)\s*:\s*([^;]+);/g)];
  return new Map(pairs.map(([, name = '', value = '']) => [name, value]));
}

function valueOf(name: string, light: string | undefined, dark: string | undefined): string {
  if (light === undefined || dark === undefined) throw new Error(`SAP Horizon has no variable ${name}.`);
  if (light === dark) return light;
  if (COLOUR.test(light) && COLOUR.test(dark)) return `light-dark(${light}, ${dark})`;
  throw new Error(`${name} is no colour and differs between light and dark: use another variable.`);
}
