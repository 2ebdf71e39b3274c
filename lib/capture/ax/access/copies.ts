import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { safeGet } from '../../observe/inspect.js';

const PACKAGE = '@ax-llm/ax';

/** The paths of one installed copy of ax. Its two builds contain different classes. */
export interface Copy {
  readonly esm: string;
  readonly cjs: string;
}

/** Returns the copies of ax that the working directory, the main script and this package resolve to. */
export function findCopies(): Copy[] {
  const origins = [join(process.cwd(), 'noop.js'), process.argv[1], fileURLToPath(import.meta.url)];
  const copies = new Map<string, Copy>();
  for (const origin of origins) {
    const copy = origin === undefined ? undefined : resolveCopy(origin);
    if (copy) copies.set(copy.cjs, copy);
  }
  return [...copies.values()];
}

function resolveCopy(origin: string): Copy | undefined {
  try {
    const cjs = createRequire(origin).resolve(PACKAGE);
    const root = dirname(cjs);
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as unknown;
    const entry = safeGet(safeGet(safeGet(manifest, 'exports'), '.'), 'import');
    return { cjs, esm: join(root, typeof entry === 'string' ? entry : 'index.js') };
  } catch {
    return undefined;
  }
}

const require = createRequire(import.meta.url);

/**
 * Loads the ES module build synchronously: from Node 20.19 on, `require` of an ES module returns the same namespace as
 * `import`. Throws if this Node cannot do that.
 */
export function loadEsm(copy: Copy): unknown {
  return require(copy.esm);
}

/** Imports the ES module build, if it cannot be loaded with `require`. */
export async function importEsm(copy: Copy): Promise<unknown> {
  return import(pathToFileURL(copy.esm).href);
}

/** Returns the CommonJS build if it is loaded already. Never loads it. */
export function loadedCjs(copy: Copy): unknown {
  return require.cache[copy.cjs]?.exports;
}

/**
 * Calls `loaded` with the CommonJS build when it is loaded later. A setter in Node's module cache runs when the module is
 * added, and a setter on the module when it is complete. The loader itself is not changed.
 *
 * @returns a function that ends the wait
 */
export function whenCjsLoads(copy: Copy, loaded: (exports: unknown) => void): () => void {
  const { cache } = require;
  if (Object.hasOwn(cache, copy.cjs)) return () => {};
  const clear = () => {
    if (Object.getOwnPropertyDescriptor(cache, copy.cjs)?.set !== undefined) delete cache[copy.cjs];
  };
  Object.defineProperty(cache, copy.cjs, {
    configurable: true,
    enumerable: false,
    get: () => undefined,
    set(module: NodeJS.Module) {
      Object.defineProperty(cache, copy.cjs, { configurable: true, enumerable: true, writable: true, value: module });
      whenComplete(module, () => loaded(module.exports));
    },
  });
  return clear;
}

function whenComplete(module: NodeJS.Module, done: () => void): void {
  Object.defineProperty(module, 'loaded', {
    configurable: true,
    enumerable: true,
    get: () => false,
    set(loaded: boolean) {
      Object.defineProperty(module, 'loaded', { configurable: true, enumerable: true, writable: true, value: loaded });
      if (loaded) done();
    },
  });
}

/** An installed copy of ax. */
export interface InstalledCopy {
  /** Absolute path of its folder. */
  readonly root: string;
  /** Version in its package.json; `unknown` if that has none. */
  readonly version: string;
}

/** Returns the copies of ax as {@link findCopies} finds them, with their versions, without loading them. */
export function installedCopies(): InstalledCopy[] {
  return findCopies().map(({ cjs }) => {
    const root = dirname(cjs);
    return { root, version: versionIn(root) };
  });
}

function versionIn(root: string): string {
  try {
    const version = safeGet(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')), 'version');
    return typeof version === 'string' ? version : 'unknown';
  } catch {
    return 'unknown';
  }
}
