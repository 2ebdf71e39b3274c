import { VERSION } from '../contract/version.js';
import { warnProcess } from './terminal.js';

/** The state that all copies of the package in one process share. */
interface SharedState {
  /** Version of the copy that was loaded first. */
  readonly version: string;
  readonly values: Map<string, unknown>;
  /** Versions of incompatible copies that were reported. */
  readonly reported: Set<string>;
}

/** `@opentelemetry/api` finds its global state in the same way. */
const KEY = Symbol.for('ax-autolog');

const global = globalThis as { [KEY]?: SharedState };

/**
 * Returns whether two versions can share state: they need the same major version and, below 1.0, the same minor version
 * (https://semver.org).
 */
function isCompatible(a: string, b: string): boolean {
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
    warnProcess(
      'AXL_COPY_INCOMPATIBLE',
      `AXL_COPY_INCOMPATIBLE: ax-autolog ${VERSION} was loaded after ax-autolog ${state.version}, which already tracks this ` +
        'process. This copy records nothing. Install one version (`npm ls ax-autolog` lists them).',
    );
  }
  return { values: new Map(), first: state.version };
}

const { values, first } = join();

/**
 * True if an incompatible version of the package was loaded before this copy. This copy then shares no state, records
 * nothing and instruments nothing.
 */
export const isIncompatibleCopy = !isCompatible(first, VERSION);

/**
 * Returns the state of this name that all copies of the package in this process share. The first caller creates it with
 * `make`, so its shape may change in a minor version only.
 */
export function shared<T>(name: string, make: () => T): T {
  if (!values.has(name)) values.set(name, make());
  return values.get(name) as T;
}

/**
 * Returns a type guard for instances of a class that declares `readonly [key] = true`. Use it instead of `instanceof`,
 * which rejects instances that another copy of the package created.
 */
export function brandCheck<T extends object>(key: symbol): (value: unknown) => value is T {
  return (value): value is T => typeof value === 'object' && value !== null && key in value;
}
