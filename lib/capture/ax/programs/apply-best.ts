import { AutologError } from '../../../contract/errors.js';
import { received } from '../../../support/received.js';
import { isObject, methodOf, safeCall, safeGet, type UnknownObject } from '../../observe/inspect.js';
import { composeDescription } from './best.js';
import { componentTexts } from './state.js';

/**
 * Loads a saved best program into a fresh ax program of the same structure, so that it renders the same requests as the
 * saved one. `bestOf` describes the formats.
 *
 * @throws AutologError `AXL_BEST_FORMAT` if the format is unknown or the state does not fit the program
 */
export function applyBest(best: ApplicableBest, program: object): void {
  const state = best.program;
  if (!isObject(state)) throw unreadable(`its program must be an object, got ${received(state)}`);
  // AxFlow assigns the ids of its nodes when its own id is first read.
  safeCall(program, 'getId');
  const apply = FORMATS[best.format];
  if (apply === undefined) {
    throw unreadable(
      `its format must be one of ${Object.keys(FORMATS).join(', ')}, got ${received(best.format)}. If a newer version of ` +
        'ax-autolog wrote it, load it with that version',
    );
  }
  apply(state, program);
  if (best.format === 'demos' && best.texts) applyOwnTexts(best.texts, program);
}

/** A saved best program. */
interface ApplicableBest {
  readonly format: string;
  readonly program: unknown;
  /** Texts of the program's components, for a format that does not contain them. */
  readonly texts?: Readonly<Record<string, string>>;
}

const FORMATS: Readonly<Record<string, (state: UnknownObject, program: object) => void>> = {
  'ax-optimized-program': applyOptimized,
  'ax-ace-program': applyPlaybook,
  demos: applyDemos,
  state(state, program) {
    applyDemos(state, program);
    applyTexts(changedTexts(state, program), program);
  },
};

function applyOptimized(state: UnknownObject, program: object): void {
  const texts = textsOf(state, 'componentMap');
  checkKeys(texts, program);
  // AxFlow's own applyOptimization passes every demo to every node, and a node rejects those of the others.
  if (methodOf(program, 'applyOptimization') !== undefined && !(safeGet(program, 'nodeGenerators') instanceof Map)) {
    callProgram(program, 'applyOptimization', state);
    return;
  }
  applyDemos(state, program);
  applyTexts(texts, program);
}

function applyPlaybook(state: UnknownObject, program: object): void {
  applyOptimized(state, program);
  const own = safeCall(safeCall(program, 'getSignature'), 'getDescription');
  const base = state.baseInstruction ?? own;
  const text = composeDescription(typeof base === 'string' ? base : '', String(state.renderedPlaybook ?? ''));
  callProgram(program, 'setDescription', text);
}

function applyDemos(state: UnknownObject, program: object): void {
  if (!Array.isArray(state.demos) && !isObject(state.modelConfig)) return;
  const demos = Array.isArray(state.demos) ? state.demos : [];
  const options = isObject(state.modelConfig) ? [{ modelConfig: state.modelConfig }] : [];
  callProgram(program, 'setDemos', demos, ...options);
}

function applyTexts(texts: Readonly<Record<string, string>>, program: object): void {
  if (Object.keys(texts).length === 0) return;
  checkKeys(texts, program);
  callProgram(program, 'applyOptimizedComponents', texts);
}

/** Returns the texts that differ. Setting an equal text can change the rendering too, e.g. of an empty instruction. */
function changedTexts(state: UnknownObject, program: object): Record<string, string> {
  const now = componentTexts(program);
  return Object.fromEntries(Object.entries(textsOf(state, 'texts')).filter(([key, text]) => now[key] !== text));
}

/** Applies the texts of the components that the program has. An optimizer of demos leaves them as they are. */
function applyOwnTexts(texts: Readonly<Record<string, string>>, program: object): void {
  const own = componentTexts(program);
  const changed = Object.entries(texts).filter(([key, text]) => Object.hasOwn(own, key) && own[key] !== text);
  applyTexts(Object.fromEntries(changed), program);
}

function textsOf(state: UnknownObject, name: string): Record<string, string> {
  const texts = safeGet(state, name);
  return isObject(texts) ? (texts as Record<string, string>) : {};
}

function checkKeys(texts: Readonly<Record<string, string>>, program: object): void {
  const has = Object.keys(componentTexts(program));
  const missing = Object.keys(texts).filter((key) => !has.includes(key));
  if (missing.length === 0) return;
  throw unreadable(
    `the program must have the components ${missing.join(', ')}, got ${has.join(', ') || 'none'}. Build it as the compiled ` +
      'program was built, with the same ids',
  );
}

/** Calls a required method of the program. If it throws, the message becomes part of the error. */
function callProgram(program: object, name: string, ...args: readonly unknown[]): void {
  const method = methodOf(program, name);
  if (method === undefined)
    throw unreadable(`the program must have ${name}(), as AxGen and AxFlow do, got ${received(program)}`);
  try {
    method.call(program, ...args);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(`${name}() of the program threw: ${why}`, { cause });
  }
}

function unreadable(why: string, options?: ErrorOptions): AutologError {
  return new AutologError('AXL_BEST_FORMAT', `the best program cannot be applied: ${why}.`, options);
}
