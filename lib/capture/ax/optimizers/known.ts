import { withRole } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import { warnInternals } from '../../observe/guard.js';
import { isObject, methodOf, ownerOf } from '../../observe/inspect.js';
import { axLabelOf } from '../access/labels.js';
import { patchMethod } from '../access/patch.js';
import { currentWatch, isInside } from '../access/scope.js';
import { ACE_METHODS, AceWatch } from './ace.js';
import { BOOTSTRAP_METHODS, BootstrapWatch } from './bootstrap.js';
import { type OptimizerKind, patchCompile, patchPareto, unknown } from './compile.js';
import { patchStream } from './compile-stream.js';
import { GEPA_METHODS, GepaWatch } from './gepa/watch.js';

interface Known extends OptimizerKind {
  /** Name under which ax exports the class. */
  readonly exported: string;
  /** Inner methods that its trials are derived from. */
  readonly needs: readonly string[];
}

const KNOWN: readonly Known[] = [
  {
    exported: 'AxGEPA',
    label: 'GEPA',
    needs: GEPA_METHODS,
    watch: (compile, call) => new GepaWatch(compile, call),
  },
  {
    exported: 'AxBootstrapFewShot',
    label: 'BootstrapFewShot',
    needs: BOOTSTRAP_METHODS,
    watch: (compile, call) => new BootstrapWatch(compile, call),
  },
  {
    exported: 'AxACE',
    label: 'ACE',
    needs: ACE_METHODS,
    watch: (compile, call) => new AceWatch(compile, call),
  },
];

/** Roles of the LM calls in inner methods, also outside a compile (`playbook.update`). */
const ROLES: Readonly<Record<string, 'reflection' | 'proposer'>> = {
  reflectTargetInstruction: 'reflection',
  runReflector: 'reflection',
  runCurator: 'proposer',
};

/** Instruments the classes of an optimizer that own its `compile` and the methods that its trials are derived from. */
export function instrumentOptimizer(optimizer: unknown): void {
  for (let owner = isObject(optimizer) ? prototypeOf(optimizer) : null; owner !== null; owner = prototypeOf(owner)) {
    patchOptimizerClass(owner);
  }
}

/** Instruments one class on an optimizer's prototype chain. `exported` is the name under which ax exports it. */
export function patchOptimizerClass(owner: object, exported?: string): void {
  if (owner === Object.prototype) return;
  if (Object.hasOwn(owner, 'initializeStats')) patchInitializeStats(owner);
  if (Object.hasOwn(owner, 'compilePareto')) patchPareto(owner);
  if (Object.hasOwn(owner, 'compileStream')) patchStream(owner);
  if (Object.hasOwn(owner, 'compile')) patchCompile(owner, knownKind(owner, exported));
}

/** Instruments subclasses when they are constructed, because `AxBaseOptimizer`'s constructor calls `initializeStats`. */
function patchInitializeStats(owner: object): void {
  patchMethod(owner, 'initializeStats', (original, self, args) => {
    if (tracker.on) instrumentOptimizer(self);
    return original.apply(self, args);
  });
}

function knownKind(owner: object, exported: string | undefined): OptimizerKind | undefined {
  const known = KNOWN.find((one) => one.exported === exported || one.label === axLabelOf(owner));
  if (known === undefined) return undefined;
  const missing = known.needs.filter((name) => methodOf(owner, name) === undefined);
  for (const name of missing) warnInternals(`${known.exported}.${name}`);
  if (missing.length > 0) return { label: known.label, watch: unknown };
  for (const name of known.needs) patchInternal(ownerOf(owner, name) ?? owner, name);
  return known;
}

function patchInternal(owner: object, name: string): void {
  const role = ROLES[name];
  patchMethod(owner, name, (original, self, args) => {
    if (!tracker.on) return original.apply(self, args);
    const run = () => original.apply(self, args);
    const watch = isInside() ? undefined : currentWatch();
    if (watch !== undefined && watch.self === self)
      return watch.internal(name, role ? () => withRole(role, run) : run, args);
    return role ? withRole(role, run) : run();
  });
}

function prototypeOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}
