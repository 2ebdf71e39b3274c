import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { safeGet } from '../../observe/inspect.js';

const PACKAGE = '@ax-llm/ax';

/** One installed copy of ax: its two builds hold different classes. */
export interface Copy {
  readonly esm: string;
  readonly cjs: string;
}

/** Copies of ax that the app, its main script and this package resolve to. */
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
 * The ES module build, at once: `require` of an ES module gives the very namespace that `import` gives, whichever comes
 * first (node 20.19 and later).
 */
export function loadEsm(copy: Copy): unknown {
  return require(copy.esm);
}

/** The ES module build, where `require` of it is not possible. */
export async function importEsm(copy: Copy): Promise<unknown> {
  return import(pathToFileURL(copy.esm).href);
}

/** The CommonJS build, if it is loaded already. It is never loaded here. */
export function loadedCjs(copy: Copy): unknown {
  return require.cache[copy.cjs]?.exports;
}

/**
 * Calls `seen` with the CommonJS build when it is loaded later: its place in node's module cache tells when the module is
 * put there, and the module itself when it is complete. Nothing of the loader is replaced.
 *
 * @returns a function that ends the wait
 */
export function whenCjsLoads(copy: Copy, seen: (exports: unknown) => void): () => void {
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
      whenComplete(module, () => seen(module.exports));
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

/** A copy of ax that is installed, without loading it. */
export interface InstalledCopy {
  /** Its folder. */
  readonly root: string;
  /** `unknown` where its package.json does not say. */
  readonly version: string;
}

/** The copies of ax that the working directory, the main script and this package resolve to. */
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
