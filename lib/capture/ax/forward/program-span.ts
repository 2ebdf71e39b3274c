import { keepContent } from '../../../track/traces/content.js';
import { activeSpan, canOpenSpan, openSpan, runUnsampled } from '../../../track/traces/open.js';
import type { Span } from '../../../track/traces/span.js';
import { tracker } from '../../../track/tracker.js';
import { guard } from '../../observe/guard.js';
import { type Callable, hasPlainPrototype, ownerOf, safeGet } from '../../observe/inspect.js';
import { isPatched } from '../access/patch.js';
import { Attempts } from '../calls/attempts.js';
import { isService } from '../calls/lm-settings.js';
import { programId } from '../programs/state.js';
import { instrumentActors } from './agent-tools.js';
import { followSpan } from './follow-span.js';
import { identityInside, isPlumbing, labelProgram, signatureOf } from './program-label.js';

/** A call of a program's `forward`. */
export interface ForwardCall {
  readonly original: Callable;
  readonly program: unknown;
  readonly args: unknown[];
  /** The class or object that owns the method. */
  readonly entry: object;
}

/** Calls a program's `forward`, in a span if it is traced. `onTrace` receives the id of a trace that begins with it. */
export function traceForward(call: ForwardCall, onTrace?: (traceId: string) => void): unknown {
  const { original, program, args, entry } = call;
  if (!canOpenSpan() || isPlumbing(program, activeSpan(), entry)) return original.apply(program, args);
  const opened = guard('opening the span of a program', () => ({ span: openProgramSpan(program, args) }));
  if (opened === undefined) return original.apply(program, args);
  const { span } = opened;
  if (span === undefined) return runUnsampled(() => original.apply(program, args));
  span.entry = entry;
  if (span.parent === null) onTrace?.(span.trace.traceId);
  return followSpan(span, () => original.apply(program, args));
}

/** Runs a call of a program, in a span if the program is a function or an object whose `forward` is not instrumented. */
export function traceProgram(program: unknown, inputs: unknown, run: () => unknown): unknown {
  if (!tracker.on || !canOpenSpan()) return run();
  const owner = ownerOf(program, 'forward');
  if (owner !== undefined && isPatched(owner, 'forward')) return run();
  const opened = guard('opening the span of a program', () => {
    const name =
      typeof program === 'function'
        ? program.name || 'program'
        : labelProgram(program, 'forward', undefined, undefined).name;
    return { span: openSpan({ name, type: 'CHAIN', inputs, subject: program }) };
  });
  if (opened === undefined) return run();
  const { span } = opened;
  return span === undefined ? runUnsampled(run) : followSpan(span, run);
}

/** Opens the span of a call of a program; `undefined` if the call is not sampled. */
export function openProgramSpan(program: unknown, args: unknown[], method = 'forward'): Span | undefined {
  const [first, second, options] = args;
  const inputs = isService(first) || args.length > 1 ? second : first;
  const { name, type } = labelProgram(program, method, options, activeSpan());
  const span = openSpan({
    name,
    type,
    inputs,
    recorded: () => keepContent(programInputs(program, inputs)),
    attributes: attributesOf(program, options),
    subject: program,
  });
  if (span !== undefined && type === 'LLM') span.detail = new Attempts(span);
  if (type === 'AGENT') instrumentActors(program);
  return span;
}

function attributesOf(program: unknown, options: unknown): Record<string, unknown> {
  const signature = signatureOf(program);
  const id = programId(program);
  const samples = safeGet(options, 'sampleCount');
  return {
    ...(signature === undefined ? {} : { signature }),
    ...(id ? { programId: id } : {}),
    ...(typeof samples === 'number' ? { sampleCount: samples } : {}),
  };
}

/** Returns the inputs without services and functions, which ax passes together with the values. */
function programInputs(program: unknown, given: unknown): unknown {
  const values = identityInside(program) === undefined ? given : safeGet(given, 'agentValues');
  if (!hasPlainPrototype(values)) return values;
  const inputs: Record<string, unknown> = {};
  for (const key of Object.keys(values)) {
    const value = safeGet(values, key);
    if (!isService(value) && typeof value !== 'function') inputs[key] = value;
  }
  return inputs;
}
