/**
 * Builds dist from src and the packages that it uses: a start loads some twenty-five files and not the 2,400 of which they are made,
 * which costs half its CPU time. `npm run types` checks the types. What has native code, or is read as files, stays a package.
 */
import { dirname, join, relative } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const OWN = `${join(ROOT, 'src')}/`;
const KEPT = ['better-sqlite3', 'reflect-metadata', 'swagger-ui-dist'];

/** Modules of ours name files by where they lie themselves, and are to go on doing so. */
const places = {
  name: 'places',
  transform(code, id) {
    if (!id.startsWith(OWN) || !code.includes('import.meta.')) return null;
    const place = relative(DIST, id);
    const moved = code
      .replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${dirname(place)}`)})`)
      .replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`);
    // The lines stay what they are.
    return { code: moved, map: { mappings: '' } };
  },
};

await build({
  configFile: false,
  root: ROOT,
  logLevel: 'warn',
  plugins: [places],
  ssr: { noExternal: true, external: KEPT },
  build: {
    ssr: true,
    outDir: DIST,
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    sourcemap: true,
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(
        ['main', 'command', 'sign-in'].map((name) => [name, join(ROOT, `src/${name}.ts`)]),
      ),
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        // Decorators need what reflect-metadata adds before they run.
        strictExecutionOrder: true,
        keepNames: true,
      },
    },
  },
});
