import { types } from 'node:util';
import type { LMInput } from '../../track/types.js';
import { axLabelOf, describeService, instrumentOptimizer, instrumentService } from '../ax/index.js';
import { classNameOf, findProperty, isObject, ownValue } from '../observe/inspect.js';
import { plainFields } from './candidate.js';
import type { Signature } from './roles.js';

const STUDENTS: ReadonlySet<string> = new Set(['ai', 'studentAI', 'student', 'lm']);
const TEACHERS: ReadonlySet<string> = new Set(['teacherAI', 'teacher', 'teacherLM']);

/**
 * Describes each AI service among the arguments, the fields of the options object and the fields of `this`, and
 * instruments it, so that its calls are recorded.
 */
export function lmsOf(signature: Signature, args: readonly unknown[], self: unknown): LMInput[] {
  const described = new Set<unknown>();
  const names = new Set<string>();
  const lms: LMInput[] = [];
  const add = (field: string, value: unknown): void => {
    if (!isObject(value) || Array.isArray(value) || described.has(value)) return;
    const role = STUDENTS.has(field) ? 'student' : TEACHERS.has(field) ? 'teacher' : field;
    const lm = describeService(names.has(role) ? field : role, value);
    if (lm === undefined) return;
    instrumentService(value);
    described.add(value);
    names.add(lm.name);
    lms.push(lm);
  };
  args.forEach((value, i) => {
    add(signature.nameAt(i) ?? `argument ${i}`, value);
  });
  for (const holder of [signature.options(args), self]) {
    if (!isObject(holder) || types.isProxy(holder)) continue;
    for (const field of Object.keys(holder)) add(field, ownValue(holder, field));
  }
  return lms;
}

/** Returns the options that are plain data, without functions and without the objects in `excluded`, such as datasets. */
export function plainOptions(
  options: Readonly<Record<string, unknown>> | undefined,
  excluded: readonly unknown[],
): Record<string, unknown> {
  return options === undefined ? {} : plainFields(options, new Set(excluded.filter(isObject)));
}

/** Instruments `this` of a tracked method if its class extends ax's optimizers. */
export function instrumentInstance(self: unknown): void {
  if (isObject(self) && !types.isProxy(self) && findProperty(self, 'initializeStats') !== undefined)
    instrumentOptimizer(self);
}

/**
 * Returns the name of a tracked call: the label, or else the class of `this`, or else the method. ax's own classes have
 * minified names, so they are named as ax exports them.
 */
export function callLabel(label: string | undefined, self: unknown, method: string): string {
  if (label !== undefined) return label;
  const prototype =
    typeof self === 'object' && self !== null && !types.isProxy(self)
      ? (Object.getPrototypeOf(self) as object | null)
      : null;
  const name = (prototype && axLabelOf(prototype)) ?? classNameOf(self);
  return name === '' || name === 'Object' || name === 'Function' ? method : name;
}
