import { VERSION } from '../contract/version.js';

/** What the copies of the package that one process has loaded share. */
interface SharedState {
  /** Version of the copy that was loaded first. */
  readonly version: string;
  readonly values: Map<string, unknown>;
  /** Versions of the copies that stay out, each of which was reported. */
  readonly reported: Set<string>;
}

/** `@opentelemetry/api` finds its registry in the same way. */
const KEY = Symbol.for('ax-autolog');

const global = globalThis as { [KEY]?: SharedState };

/**
 * Whether two versions can share their state: the same major version, below 1.0 the same minor version
 * (https://semver.org).
 */
export function isCompatible(a: string, b: string): boolean {
  const [majorA, minorA] = a.split('.');
  const [majorB, minorB] = b.split('.');
  return majorA === majorB && (majorA !== '0' || minorA === minorB);
}

function join(): { readonly values: Map<string, unknown>; readonly first: string } {
  global[KEY] ??= { version: VERSION, values: new Map(), reported: new Set() };
  const state = global[KEY];
  if (isCompatible(state.version, VERSION)) return { values: state.values, first: state.version };
  if (!state.reported.has(VERSION)) {
    state.reported.add(VERSION);
    process.emitWarning(
      `AXL_COPY_INCOMPATIBLE: ax-autolog ${VERSION} was loaded in a process that ax-autolog ${state.version} tracks already. ` +
        'This copy records nothing. Install one version (`npm ls ax-autolog` lists them).',
      { type: 'AxAutologWarning', code: 'AXL_COPY_INCOMPATIBLE' },
    );
  }
  return { values: new Map(), first: state.version };
}

const { values, first } = join();

/**
 * True when this copy stays out: an incompatible version was loaded before it. It has state of its own, records nothing,
 * and instruments nothing.
 */
export const staysOut = !isCompatible(first, VERSION);

/**
 * Returns the state of this name that all copies of the package in this process share. The first copy that asks makes
 * it, so its form may change in a minor version only.
 */
export function shared<T>(name: string, make: () => T): T {
  if (!values.has(name)) values.set(name, make());
  return values.get(name) as T;
}

/**
 * Returns a test for objects of a class that carries `key`: `instanceof` would not know those that another copy of the
 * package made. A class carries it as `readonly [key] = true`.
 */
export function carries<T extends object>(key: symbol): (value: unknown) => value is T {
  return (value): value is T => typeof value === 'object' && value !== null && key in value;
}
