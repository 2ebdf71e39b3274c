import { types } from 'node:util';
import type { LMInput } from '../../track/types.js';
import { axLabelOf, describeService, instrumentOptimizer, instrumentService } from '../ax/index.js';
import { classNameOf, findProperty, isObject, ownValue } from '../inspect.js';
import { plainFields } from './candidate.js';
import type { Signature } from './roles.js';

const STUDENTS: ReadonlySet<string> = new Set(['ai', 'studentAI', 'student', 'lm']);
const TEACHERS: ReadonlySet<string> = new Set(['teacherAI', 'teacher', 'teacherLM']);

/**
 * Every AI service among the arguments, the fields of the options object and the fields of `this`, once each. Their calls
 * are seen from here on.
 */
export function lmsOf(signature: Signature, args: readonly unknown[], self: unknown): LMInput[] {
  const seen = new Set<unknown>();
  const names = new Set<string>();
  const lms: LMInput[] = [];
  const note = (field: string, value: unknown): void => {
    if (!isObject(value) || Array.isArray(value) || seen.has(value)) return;
    const role = STUDENTS.has(field) ? 'student' : TEACHERS.has(field) ? 'teacher' : field;
    const lm = describeService(names.has(role) ? field : role, value);
    if (lm === undefined) return;
    instrumentService(value);
    seen.add(value);
    names.add(lm.name);
    lms.push(lm);
  };
  args.forEach((value, i) => {
    note(signature.nameAt(i) ?? `argument ${i}`, value);
  });
  for (const holder of [signature.options(args), self]) {
    if (!isObject(holder) || types.isProxy(holder)) continue;
    for (const field of Object.keys(holder)) note(field, ownValue(holder, field));
  }
  return lms;
}

/** What was passed as options and is plain data: neither datasets nor programs nor functions. */
export function plainOptions(
  options: Readonly<Record<string, unknown>> | undefined,
  datasets: readonly unknown[],
): Record<string, unknown> {
  return options === undefined ? {} : plainFields(options, new Set(datasets.filter(isObject)));
}

/** Instruments `this` of a tracked method if its class extends ax's optimizers. Other classes are left as they are. */
export function instrumentInstance(self: unknown): void {
  if (isObject(self) && !types.isProxy(self) && findProperty(self, 'initializeStats') !== undefined)
    instrumentOptimizer(self);
}

/** What a run is called: the label, else the class of `this` (ax's own, whose names are minified, as ax exports them), else the method. */
export function callLabel(label: string | undefined, self: unknown, method: string): string {
  if (label !== undefined) return label;
  const prototype =
    typeof self === 'object' && self !== null && !types.isProxy(self)
      ? (Object.getPrototypeOf(self) as object | null)
      : null;
  const name = (prototype && axLabelOf(prototype)) ?? classNameOf(self);
  return name === '' || name === 'Object' || name === 'Function' ? method : name;
}
