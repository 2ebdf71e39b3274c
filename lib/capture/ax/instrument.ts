import { shared } from '../../support/shared-state.js';
import { tracker } from '../../track/tracker.js';
import { guard, resetWarnings } from '../observe/guard.js';
import { isObject, safeGet } from '../observe/inspect.js';
import { type Copy, findCopies, importEsm, loadEsm, loadedCjs, whenCjsLoads } from './access/copies.js';
import { restorePatches } from './access/patch.js';
import { forgetServices, patchService } from './calls/services.js';
import { patchCodeRuntime } from './forward/agent-tools.js';
import { patchProgram } from './forward/forward.js';
import { patchAppliedTexts } from './forward/instrument-program.js';
import { nameClass } from './forward/program-label.js';
import { patchAgentPlaybook, patchAsRun } from './optimizers/agent.js';
import { patchOptimizerClass } from './optimizers/known.js';
import { patchTestPrompt } from './optimizers/test-prompt.js';

/** `generation` counts the calls of `restoreAx`, so that an import which ends after one instruments nothing. */
const state = shared('instrumentation', () => ({ stopWaiting: [] as (() => void)[], generation: 0 }));

/**
 * Instruments the copies of ax that the app can have loaded: the ES module builds and the loaded CommonJS builds at once,
 * other CommonJS builds when they are loaded. Safe to call repeatedly.
 */
export function instrumentAxSync(): void {
  for (const copy of findCopies()) {
    guard('instrumenting ax', () => instrumentCjs(copy));
    try {
      instrumentNamespace(loadEsm(copy));
    } catch {
      // This Node cannot require an ES module: instrumentAx() imports it.
    }
  }
}

/** Instruments the ES module builds that could not be loaded synchronously. Warns (`AXL_AX_MISSING`) if there is no copy. */
export async function instrumentAx(): Promise<void> {
  const started = state.generation;
  const copies = findCopies();
  if (copies.length === 0) {
    tracker.warn(
      'AXL_AX_MISSING',
      '@ax-llm/ax must be resolvable from the working directory or the main script, got no copy. Install it there.',
    );
  }
  for (const copy of copies) {
    const namespace = await importEsm(copy).catch(() => undefined);
    if (started === state.generation) instrumentNamespace(namespace);
  }
}

/** Restores every patched property and forgets what was instrumented. */
export function restoreAx(): void {
  state.generation += 1;
  for (const stop of state.stopWaiting) stop();
  state.stopWaiting = [];
  restorePatches();
  forgetServices();
  resetWarnings();
}

function instrumentCjs(copy: Copy): void {
  const loaded = loadedCjs(copy);
  if (loaded !== undefined) instrumentNamespace(loaded);
  else
    state.stopWaiting.push(
      whenCjsLoads(copy, (exports) => guard('instrumenting ax', () => instrumentNamespace(exports))),
    );
}

/** Instruments the classes that a module exports, by the methods they have. Their own names are minified in ax's builds. */
function instrumentNamespace(namespace: unknown): void {
  if (!isObject(namespace)) return;
  for (const name of Object.keys(namespace)) {
    const prototype = safeGet(safeGet(namespace, name), 'prototype');
    if (isObject(prototype)) guard('instrumenting ax', () => instrumentClass(name, prototype));
  }
}

function instrumentClass(name: string, prototype: object): void {
  nameClass(prototype, name);
  if (Object.hasOwn(prototype, 'chat')) for (const operation of ['chat', 'embed']) patchService(prototype, operation);
  if (Object.hasOwn(prototype, 'forward')) patchProgram(prototype);
  if (Object.hasOwn(prototype, 'applyOptimizedComponents')) patchAppliedTexts(prototype);
  if (Object.hasOwn(prototype, 'compile') || Object.hasOwn(prototype, 'initializeStats')) {
    patchOptimizerClass(prototype, name);
  }
  if (Object.hasOwn(prototype, 'createSession')) patchCodeRuntime(prototype);
  if (name === 'AxTestPrompt') patchTestPrompt(prototype);
  if (name === 'AxAgent') patchAsRun(prototype, 'optimize', 'agent.optimize');
  if (name === 'AxAgentPlaybook') patchAgentPlaybook(prototype);
}
