import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** The encodings that the build has written, the best first, and what its files are called. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
  ['identity', ''],
] as const;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A file of the pages, as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** The content by its encoding, the smallest first. */
  readonly bodies: ReadonlyMap<string, Buffer>;
}

/** Everything that the build of `web/` has made, in memory: some 300 KB, which never change while the service runs. */
export interface PageFiles {
  /** The pages, each with the paths that it is for. */
  readonly pages: readonly { readonly path: RegExp; readonly file: PageFile }[];
  /** What is shown at every other path below `/dashboard/`. */
  readonly frame: PageFile;
  /** What pages load, by its path. The name of each holds a hash of its content. */
  readonly assets: ReadonlyMap<string, PageFile>;
}

/** Returns the files of a build, null where there is none. */
export function readPageFiles(folder: string): PageFiles | null {
  const list = join(folder, 'pages.json');
  if (!existsSync(list)) return null;
  const paths = JSON.parse(readFileSync(list, 'utf8')) as Record<string, string>;
  const names = readdirSync(join(folder, 'assets')).filter((name) => extname(name) in TYPES);
  const assetOf = (name: string) =>
    [`/dashboard/assets/${name}`, readFile(join(folder, 'assets', name))] as const;
  return {
    pages: Object.entries(paths).map(([path, name]) => ({
      path: patternOf(path),
      file: readFile(join(folder, name)),
    })),
    frame: readFile(join(folder, 'index.html')),
    assets: new Map(names.map(assetOf)),
  };
}

/** Returns what a path of a page stands for: `:id` is any one part. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`);
}

function readFile(path: string): PageFile {
  const bodies = new Map<string, Buffer>();
  for (const [encoding, ending] of ENCODINGS) {
    if (existsSync(path + ending)) bodies.set(encoding, readFileSync(path + ending));
  }
  const hash = createHash('sha256').update(readFileSync(path)).digest('base64url').slice(0, 22);
  return { type: TYPES[extname(path)] ?? 'application/octet-stream', etag: `W/"${hash}"`, bodies };
}
