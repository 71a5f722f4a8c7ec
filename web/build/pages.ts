import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport, type Plugin } from 'vite';

/** What src/prerender.tsx exports. */
interface Prerendered {
  readonly PAGES: Readonly<Record<string, string>>;
  markupOf(file: string): string;
}

const MARKUP = '<!-- markup -->';
const THEME = '<!-- theme -->';

/**
 * Puts into each page's HTML what it shows before a script has run, and the script that sets the theme before anything
 * is drawn. Writes pages.json: the paths of the pages, and the file of each.
 */
export function pages(web: string): Plugin {
  let isBuild = false;
  const prerendered = async (): Promise<Prerendered> => {
    const { module } = await runnerImport<Prerendered>(join(web, 'src/prerender.tsx'), {
      configFile: false,
      root: web,
      logLevel: 'warn',
      oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    });
    return module;
  };
  const theme = () => readFileSync(join(web, 'src/theme-at-start.js'), 'utf8');
  return {
    name: 'carillon:pages',
    enforce: 'post',
    configResolved: ({ command }) => void (isBuild = command === 'build'),
    transformIndexHtml: {
      order: 'pre',
      handler: async (html, { path }) => {
        const markup = (await prerendered()).markupOf(path.replace(/^.*\//, ''));
        const whole = html.replace(MARKUP, () => markup);
        return isBuild ? whole : whole.replace(THEME, () => `<script>${theme()}</script>`);
      },
    },
    async generateBundle(_options, bundle) {
      const { PAGES } = await prerendered();
      const source = theme();
      const script = this.getFileName(this.emitFile({ type: 'asset', name: 'theme.js', source }));
      for (const part of Object.values(bundle)) {
        if (part.type !== 'asset' || !part.fileName.endsWith('.html')) continue;
        const tag = `<script src="/dashboard/${script}"></script>`;
        part.source = withFonts(
          String(part.source).replace(THEME, () => tag),
          Object.keys(bundle),
        );
      }
      this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify(PAGES) });
    },
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const { pathname } = new URL(request.url ?? '/', 'http://localhost');
        const isPage = pathname.startsWith('/dashboard/') && !/\.|@|\/api\/|\/src\//.test(pathname);
        if (isPage)
          request.url = `/dashboard/${pathname === '/dashboard/sign-in' ? 'sign-in' : 'index'}.html`;
        next();
      });
    },
  };
}

/** Fonts are asked for together with the style sheet: a font that comes later is not used (`font-display: optional`). */
function withFonts(html: string, files: readonly string[]): string {
  const links = files
    .filter((name) => name.endsWith('.woff2'))
    .map((name) => `<link rel="preload" as="font" type="font/woff2" crossorigin href="/dashboard/${name}">`);
  return html.replace('</title>', (end) => [end, ...links].join('\n    '));
}
