import type { CandidateData, CertificateCheck, Json } from '../../../contract/events.js';
import { settings } from '../../../support/settings.js';
import { snapshot } from '../../../support/snapshot/snapshot.js';
import { withSecrets } from '../../../track/certificate/checks.js';
import { differingParts, quoted } from '../../../track/certificate/differences.js';
import type { LoadableProgram, ProgramCheck, ReturnedProgram, StateHash } from '../../../track/types.js';
import { asArray, type Callable, isObject, methodOf, safeGet } from '../../observe/inspect.js';
import { applyBest } from './apply-best.js';
import type { BestOf } from './best.js';
import { CannotCopy, copyProgram, type ProgramCopy } from './copy.js';
import { inputsOf, renderRequest } from './render.js';
import { describeProgram } from './state.js';

/** Number of examples with which each generator of a program is rendered. */
const RENDERED = 3;

/** Copies the program that a compile returned, and returns its check. */
type CheckReturned = (result: unknown, best: BestOf) => ReturnedProgram;

/**
 * Copies a program when its compile begins, so that the returned program can later be loaded into a fresh one. Calls no
 * user code and keeps no object of the user except the examples.
 *
 * @param examples the examples to render the programs with
 * @returns `undefined` if certificates are off
 */
export function beforeCompile(program: unknown, examples: readonly unknown[] | undefined): CheckReturned | undefined {
  if (!settings().certificate) return undefined;
  const fresh = valueOrReason(() => copyProgram(program));
  return (result, best) => {
    if (!fresh.ok) return { check: fresh.why };
    const returned = valueOrReason(() => copyReturned(fresh.value, result, best));
    const applied = returned.ok && best.format !== 'state' ? describeProgram(returned.value.program) : undefined;
    return {
      ...(applied ? { applied } : {}),
      check: (...given) => check({ fresh: fresh.value, returned, examples: examples ?? [] }, ...given),
    };
  };
}

type ValueOrReason<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

function valueOrReason<T>(make: () => T): ValueOrReason<T> {
  try {
    return { ok: true, value: make() };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

/** Returns a copy of the returned program, or a fresh program to which ax has applied its result. */
function copyReturned(fresh: ProgramCopy, result: unknown, best: BestOf): ProgramCopy {
  if (best.format === 'state') {
    return copyProgram(methodOf(result, 'forward') ? result : (safeGet(result, 'program') ?? result));
  }
  const copy = copyProgram(fresh.program);
  const { program } = copy;
  if (best.format === 'demos') {
    call(program, 'setDemos', structuredClone(safeGet(result, 'demos')));
    return copy;
  }
  const optimized = safeGet(result, 'optimizedProgram');
  if (best.format === 'ax-ace-program') (methodOf(optimized, 'applyTo') as Callable).call(optimized, program);
  else {
    call(program, 'applyOptimization', optimized);
    // The result of ax's GEPA lacks the program's own demos, with which it was scored.
    const demos = best.candidate.demos ?? [];
    if (demos.length > 0) call(program, 'setDemos', structuredClone(demos));
  }
  return copy;
}

function call(program: object, name: string, ...args: unknown[]): void {
  const method = methodOf(program, name);
  if (method === undefined) throw new CannotCopy(`it has no ${name}()`);
  method.apply(program, args);
}

interface Parts {
  readonly fresh: ProgramCopy;
  readonly returned: ValueOrReason<ProgramCopy>;
  readonly examples: readonly unknown[];
}

type Saved = Pick<LoadableProgram, 'format' | 'program'>;

async function check(
  parts: Parts,
  ...[saved, state, recorded, idOf]: Parameters<ProgramCheck>
): Promise<readonly CertificateCheck[]> {
  const loaded = valueOrReason(() => load(parts.fresh, saved));
  if (!loaded.ok)
    return [result('loaded', false, loaded.why), result('rendered', null, 'not checked: nothing is loaded')];
  // The state is checked first because rendering may change it: a program without native tools adds them to its signature.
  const sameState = checkLoaded({ fresh: parts.fresh, loaded: loaded.value, secrets: saved.secrets }, state, idOf);
  const rendered = await checkRendered(parts, loaded.value, recorded).catch((error: unknown) =>
    result('rendered', null, `not checked: ${error instanceof Error ? error.message : String(error)}`),
  );
  return [sameState, rendered];
}

function load(fresh: ProgramCopy, saved: Saved): ProgramCopy {
  const copy = copyProgram(fresh.program);
  // Loading does not need the examples in ax's result, of which there can be many.
  const { examples: _examples, ...program } = saved.program as { readonly [part: string]: Json };
  applyBest(structuredClone({ format: saved.format, program }), copy.program);
  return copy;
}

interface Loaded {
  readonly fresh: ProgramCopy;
  readonly loaded: ProgramCopy;
  readonly secrets: readonly string[];
}

/** Compares states after loading, because ax drops fields of demos that the signature lacks, from files and results alike. */
function checkLoaded(
  { fresh, loaded: { program }, secrets }: Loaded,
  state: CandidateData,
  idOf: StateHash,
): CertificateCheck {
  const own = describeProgram(program) ?? {};
  const put = valueOrReason(
    () => describeProgram(load(fresh, { format: 'state', program: state as never }).program) ?? {},
  );
  if (idOf(own) === state.id || (put.ok && idOf(own) === idOf(put.value))) {
    return result('loaded', true, `a fresh program that loads it${withSecrets(secrets)} has the same state`);
  }
  const empty = { id: '', parents: [], texts: {}, demos: [] };
  // Both are redacted before an excerpt is cut, as in `firstDifference`.
  const redacted = (one: object) => snapshot(one, settings().redactor, { modelConfig: 'settings' });
  const [is, expected] = [{ ...empty, ...own }, state].map(redacted);
  const differences = differingParts(is as never, expected as never);
  return result('loaded', false, `a fresh program that loads it has another state: ${differences}`);
}

async function checkRendered(
  { fresh, returned, examples }: Parts,
  loaded: ProgramCopy,
  recorded: CandidateData | null,
): Promise<CertificateCheck> {
  if (!returned.ok) return result('rendered', null, `not checked: ${returned.why}`);
  const others = [{ name: 'the returned program', copy: returned.value }];
  if (recorded) {
    others.push({ name: 'the best trial', copy: load(fresh, { format: 'state', program: recorded as never }) });
  }
  let requests = 0;
  for (const [i, generator] of loaded.generators.entries()) {
    for (const input of inputsOf(generator, examples, RENDERED)) {
      const request = await renderRequest(generator, input);
      requests += 1;
      for (const { name, copy } of others) {
        const other = await renderRequest(copy.generators[i] ?? generator, input);
        if (other === request) continue;
        const detail = `the loaded program sends a different request than ${name}: ${firstDifference(request, other)}`;
        return result('rendered', false, detail);
      }
    }
  }
  return result('rendered', true, `${requests} ${requests === 1 ? 'request is' : 'requests are'} equal, byte by byte`);
}

/**
 * Describes the first message, or other part of a request, that differs. Both requests are redacted before an excerpt is
 * cut, because the redactor would not recognize half a secret.
 */
function firstDifference(is: string, expected: string): string {
  const { redactor } = settings();
  const redacted = (request: string): unknown => snapshot(JSON.parse(request), redactor);
  const [own, other] = [redacted(is), redacted(expected)];
  const [ours, theirs] = [messagesOf(own), messagesOf(other)];
  for (let i = 0; i < Math.max(ours.length, theirs.length); i += 1) {
    const [text, otherText] = [messageText(ours[i]), messageText(theirs[i])];
    if (text !== otherText)
      return `message ${i} (${String(safeGet(ours[i] ?? theirs[i], 'role'))}) has ${quoted(text, otherText)}`;
  }
  const [rest, otherRest] = [JSON.stringify(own), JSON.stringify(other)];
  return rest === otherRest
    ? 'only what is redacted differs'
    : `outside of the messages it has ${quoted(rest, otherRest)}`;
}

function messagesOf(request: unknown): readonly unknown[] {
  return asArray(safeGet(request, 'chatPrompt')) ?? [];
}

function messageText(message: unknown): string | undefined {
  if (!isObject(message)) return undefined;
  const content = safeGet(message, 'content');
  return typeof content === 'string' ? content : JSON.stringify(message);
}

function result(name: CertificateCheck['name'], passed: boolean | null, detail: string): CertificateCheck {
  return { name, passed, detail };
}
