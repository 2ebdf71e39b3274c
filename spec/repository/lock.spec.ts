import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readJson } from './tree.js';

interface Locked {
  readonly optional?: boolean;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const { packages } = readJson<{ packages: Record<string, Locked> }>('package-lock.json');
const manifest = readJson<Locked>('package.json');

/** Whether a package that `from` asks for is in the lock, next to it or above it. */
function isLocked(from: string, name: string): boolean {
  const place = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (place in packages) return true;
  if (from === '') return false;
  const above = from.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '');
  return isLocked(above, name);
}

describe('package-lock.json', () => {
  it('names all that package.json asks for, as it asks for it', () => {
    for (const kind of ['dependencies', 'devDependencies', 'peerDependencies'] as const) {
      expect(packages['']?.[kind], kind).to.deep.equal(manifest[kind]);
    }
  });

  it('holds the packages of every platform, without which npm ci refuses to install on any', () => {
    const missing = Object.entries(packages).flatMap(([from, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !isLocked(from, name))
        .map((name) => `${from}: ${name}`),
    );
    expect(missing).to.deep.equal([]);
  });
});
