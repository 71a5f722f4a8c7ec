const { join, sep } = require('node:path');
const { pathToFileURL } = require('node:url');
const { default: Runtime } = require('jest-runtime');

/** What is loaded once in a worker: the product and the packages. Modules of `test` and `web` are new in each file. */
const SHARED = ['src', 'node_modules'];

/** The runtime that loads and keeps the shared modules of this worker; it is never torn down. */
let library = null;

/**
 * Jest's runtime, in which the modules of the product and of the packages outlive a test file. Loading them takes 1.5 to
 * 2.5 s, and they are compiled anew each time: 22 files took 131 s of CPU time without this, and 81 s with it.
 */
class SharedRuntime extends Runtime {
  constructor(config, environment, ...rest) {
    super(config, environment, ...rest);
    if (environment.isFresh) return;
    library ??= new Runtime(config, environment, ...rest);
    const folders = SHARED.map((folder) => join(config.rootDir, folder) + sep);
    const isShared = (path) => folders.some((folder) => path.startsWith(folder));
    share(this.esmLoader, 'loadEsmModule', (path) => isShared(path));
    share(this.esmLoader, 'loadCjsAsEsm', (_from, path) => isShared(path));
    // Newer versions of Node.js load a whole graph past these two where the resolver allows it.
    this._resolution.hasDistinctAsyncResolver = () => true;
  }

  getSourceMaps() {
    return new Map([...(library?.getSourceMaps() ?? []), ...super.getSourceMaps()]);
  }

  teardown() {
    super.teardown();
    if (!this._environment.isFresh) resetLogger(this._config.rootDir);
  }
}

/** Lets the library do what this loader is asked to do with a shared module. */
function share(loader, method, isOfLibrary) {
  const own = loader[method];
  loader[method] = (...words) =>
    isOfLibrary(...words) ? library.esmLoader[method](...words) : own.apply(loader, words);
}

/** A process has one logger, and an application sets it: the next file would write into the lines of the one before. */
function resetLogger(rootDir) {
  const nest = pathToFileURL(join(rootDir, 'node_modules/@nestjs/common/index.js')).href;
  const loaded = library.registries.getActiveEsmRegistry().get(nest);
  if (loaded?.status !== 'evaluated') return;
  const { ConsoleLogger, Logger } = loaded.namespace;
  Logger.logLevels = undefined;
  Logger.overrideLogger(new ConsoleLogger());
}

exports.__esModule = true;
exports.default = SharedRuntime;
