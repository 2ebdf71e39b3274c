import { currentContext, inContext } from '../../../track/context.js';
import { activeSpan } from '../../../track/traces/open.js';
import { tracker } from '../../../track/tracker.js';
import { guard } from '../../observe/guard.js';
import {
  type Callable,
  hasPlainPrototype,
  isObject,
  ownerOf,
  safeGet,
  type UnknownObject,
} from '../../observe/inspect.js';
import { patchMethod } from '../access/patch.js';
import { traceTool } from './tools.js';

/** Functions with which the agent's code reads its memory. */
const RETRIEVERS: ReadonlySet<string> = new Set(['recall']);
/** Functions of MCP servers are four levels down: `mcp.<server>.tools.<name>`. */
const MAX_DEPTH = 4;

/** Instruments the functions that an agent's code can call: its tools and its child agents. */
export function instrumentActors(agent: unknown): void {
  for (const stage of [safeGet(agent, 'distiller'), safeGet(agent, 'executor'), ...actorsOf(agent)]) {
    const owner = ownerOf(stage, 'buildRuntimeGlobals');
    if (owner !== undefined) patchRuntimeGlobals(owner);
    const runtime = ownerOf(safeGet(stage, 'runtime'), 'createSession');
    if (runtime !== undefined) patchCodeRuntime(runtime);
  }
}

function actorsOf(flow: unknown): readonly unknown[] {
  const nodes = safeGet(flow, 'nodeGenerators');
  return nodes instanceof Map ? [...nodes.values()].map((node) => safeGet(node, 'actor')) : [];
}

function patchRuntimeGlobals(owner: object): void {
  patchMethod(owner, 'buildRuntimeGlobals', (original, self, args) => {
    const globals = original.apply(self, args);
    const span = tracker.on ? activeSpan() : undefined;
    if (span !== undefined) guard('instrumenting the tools of an agent', () => traceGlobals(globals, '', 1));
    return globals;
  });
}

/** Replaces the functions of an object that ax has created for this run. */
function traceGlobals(globals: unknown, path: string, depth: number): void {
  if (!isObject(globals) || typeof globals === 'function') return;
  for (const name of Object.keys(globals)) {
    const value = globals[name];
    const qualified = path === '' ? name : `${path}.${name}`;
    if (typeof value === 'function') globals[name] = traceGlobal(value as Callable, qualified);
    else if (depth < MAX_DEPTH) traceGlobals(value, qualified, depth + 1);
  }
}

function traceGlobal(fn: Callable, name: string): Callable {
  return new Proxy(fn, {
    apply(target, self: unknown, args: unknown[]) {
      const run = () => Reflect.apply(target, self, args) as unknown;
      const inputs = args.length === 1 ? args[0] : args;
      return traceTool({ name, inputs, type: RETRIEVERS.has(name) ? 'RETRIEVER' : 'TOOL' }, run);
    },
  });
}

/**
 * Makes the functions that an agent passes to its code run in the agent's own context. The code runs in a worker, and ax
 * starts workers ahead: without this, a callback from a worker would run in the context of an earlier agent and its run.
 */
export function patchCodeRuntime(owner: object): void {
  patchMethod(owner, 'createSession', (original, self, args) => {
    if (!tracker.on) return original.apply(self, args);
    const session = original.apply(self, bound(args));
    if (isObject(session)) guard('instrumenting the code of an agent', () => bindLaterGlobals(session));
    return session;
  });
}

/** Binds globals that the agent passes to a new session later. */
function bindLaterGlobals(session: UnknownObject): void {
  const patchGlobals = session.patchGlobals;
  if (typeof patchGlobals !== 'function') return;
  session.patchGlobals = new Proxy(patchGlobals as Callable, {
    apply: (target, self: unknown, args: unknown[]) => Reflect.apply(target, self, bound(args)) as unknown,
  });
}

function bound(args: unknown[]): unknown[] {
  const [globals, ...rest] = args;
  if (globals === undefined) return args;
  const context = currentContext();
  const bind = (fn: Callable) =>
    new Proxy(fn, {
      apply: (target, self: unknown, args: unknown[]) =>
        inContext(context, () => Reflect.apply(target, self, args) as unknown),
    });
  return [withFunctions(globals, bind, MAX_DEPTH), ...rest];
}

/** Returns a copy of the value with its functions bound, or the value itself if it contains none. */
function withFunctions(value: unknown, bind: (fn: Callable) => Callable, depth: number): unknown {
  if (typeof value === 'function') return bind(value as Callable);
  if (depth === 0 || !hasPlainPrototype(value)) return value;
  let copy: UnknownObject | undefined;
  for (const key of Object.keys(value)) {
    const item = value[key];
    const kept = withFunctions(item, bind, depth - 1);
    if (kept === item) continue;
    copy ??= { ...value };
    copy[key] = kept;
  }
  return copy ?? value;
}
