import { join } from 'node:path';
import { defineConfig } from 'vite';
import { compressed } from './compress.js';
import { horizon } from './horizon.js';
import { pages } from './pages.js';

const WEB = join(import.meta.dirname, '..');
/** What many pages have that are loaded later: one file, since the first load names each file that there is. */
const PARTS =
  /web.src.(?:api.(?:settings|use-action|use-until-ended|again)|controls.(?:fact|instant|more-fields))\.tsx?$/;
const SERVICE = process.env['CARILLON_URL'] ?? 'http://localhost:3000';

/** The dashboard's pages: `vite build` into dist/web, and the server of `npm run web` beside a running service. */
export default defineConfig({
  root: WEB,
  base: '/dashboard/',
  appType: 'mpa',
  publicDir: false,
  plugins: [horizon(WEB), pages(WEB), compressed()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(WEB, '../dist/web'),
    emptyOutDir: true,
    // What these know needs no polyfill; light-dark() would else be written out twice.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // Nothing is written into the page as data: what is hashed can be kept by the browser.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: ['index.html', 'sign-in.html'].map((name) => join(WEB, name)),
      // Where the time of a build of two seconds goes is no news to who starts the service.
      output: {
        codeSplitting: {
          groups: [{ name: 'parts', test: PARTS, includeDependenciesRecursively: false }],
        },
      },
      checks: { bundlerTimings: false },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/dashboard/api', '/scheduler', '/api', '/admin', '/docs', '/openapi.json', '/health'].map((path) => [
        path,
        { target: SERVICE, secure: false },
      ]),
    ),
  },
});
