import { readFileSync } from 'node:fs';

interface LockedPackage {
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

/** Returns every place in which Node.js would look for a package that the package in `place` asks for. */
function placesOf(place: string, name: string): string[] {
  const parents = place
    .split('/node_modules/')
    .map((_, count, parts) => parts.slice(0, count + 1).join('/node_modules/'));
  return ['', ...parents].map((parent) => `${parent ? `${parent}/` : ''}node_modules/${name}`);
}

describe('the lock file', () => {
  // `npm ci` refuses a lock that lacks one, and `npm install` leaves out those that its registry does not offer.
  it('names the packages for every platform, not only for the one on which it was written', () => {
    const missing = Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !placesOf(place, name).some((p) => lock.packages[p]),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('says nothing of where the packages came from: that is for the installing machine to say', () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved?.startsWith('http'))).toEqual([]);
  });

  // npm before version 11 runs every install script, whatever package.json permits: @scarf/scarf would call home.
  it('lets one package of the product run a script when it is installed', () => {
    const running = Object.entries(lock.packages).filter(
      ([, { hasInstallScript = false, dev = false }]) => hasInstallScript && !dev,
    );
    expect(running.map(([place]) => place)).toEqual(['node_modules/better-sqlite3']);
  });
});
