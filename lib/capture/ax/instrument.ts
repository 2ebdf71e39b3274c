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

/** The copies of ax that are waited for, and how often everything was put back. */
const state = shared('instrumentation', () => ({ stopWaiting: [] as (() => void)[], generation: 0 }));

/**
 * Instruments the copies of ax that the app can have loaded, at once: the ES module builds, and the CommonJS builds that
 * are loaded; those that are loaded later follow when they are. Does nothing twice.
 */
export function instrumentAxSync(): void {
  for (const copy of findCopies()) {
    guard('instrumenting ax', () => instrumentCjs(copy));
    try {
      instrumentNamespace(loadEsm(copy));
    } catch {
      // A node that cannot require an ES module: instrumentAx() imports it.
    }
  }
}

/** The same where a copy could not be reached synchronously. Warns when there is no copy at all. */
export async function instrumentAx(): Promise<void> {
  const started = state.generation;
  const copies = findCopies();
  if (copies.length === 0) {
    tracker.warn(
      'AXL_AX_MISSING',
      'no copy of @ax-llm/ax can be resolved from the working directory or the main script',
    );
  }
  for (const copy of copies) {
    const namespace = await importEsm(copy).catch(() => undefined);
    if (started === state.generation) instrumentNamespace(namespace);
  }
}

/** Puts every property back as it was before. */
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

/** Instruments the classes in a namespace by what they can do; their names in the build mean nothing, their export names do. */
export function instrumentNamespace(namespace: unknown): void {
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
