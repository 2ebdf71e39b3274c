import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import type { AnyEvent, CertificateCheck, Envelope } from '../../../lib/contract/events.js';
import { Evaluate, trackCompile } from '../../../lib/index.js';
import { type Example, exact, questions, scripted, twoPartProgram } from '../../capture/ax/support/scripted.js';
import { only, tracked } from '../../capture/ax/support/tracked.js';
import { quiet } from '../../capture/ax/support/verbose-log.js';

export type Program = ReturnType<typeof twoPartProgram>;

export const student = () => scripted(ax, { seed: 4 }).ai;

/** Everything heard while `fn` runs, without what ax prints. */
export const heard = (fn: () => Promise<unknown>): Promise<readonly AnyEvent[]> => quiet(() => tracked(fn));

/** The certificate of the only compile. */
export function certificateOf(events: readonly AnyEvent[]): Envelope<'onCertificate'>['data'] {
  const certificates = only(events, 'onCertificate');
  expect(certificates).to.have.length(1);
  return (certificates[0] as Envelope<'onCertificate'>).data;
}

/** What each check says: its name to `true`, `false` or `null`. */
export function outcomes({ checks }: { readonly checks: readonly CertificateCheck[] }): Record<string, boolean | null> {
  return Object.fromEntries(checks.map(({ name, passed }) => [name, passed]));
}

export function detailOf(certificate: { readonly checks: readonly CertificateCheck[] }, name: string): string {
  return certificate.checks.find((check) => check.name === name)?.detail ?? '';
}

/** Instructions of which the last answers best, by the scripted service. */
export const INSTRUCTIONS = [
  'Guess.',
  'Think. [[instruction:70]] [[description:70]]',
  'Think twice. [[instruction:100]] [[description:100]]',
];

/** What an optimizer of the user's own does when it has found its winner. */
export type Finish = (program: Program, winner: string) => unknown;

/** A decorated optimizer: evaluates each instruction on the whole set, puts the best in, then does as it is told. */
@trackCompile({ label: 'Search' })
export class Search {
  constructor(
    readonly ai: ax.AxAIService,
    readonly finish: Finish,
  ) {}

  async compile(program: Program, trainset: readonly Example[]): Promise<unknown> {
    const evaluator = new Evaluate({ devset: trainset, metric: exact as never });
    let [winner, best] = ['', -1];
    for (const instruction of [program.getInstruction() ?? '', ...INSTRUCTIONS]) {
      program.setInstruction(instruction);
      const { score } = await evaluator.evaluate(program as never, { ai: this.ai });
      if (score > best) [winner, best] = [instruction, score];
    }
    program.setInstruction(winner);
    return this.finish(program, winner);
  }
}

/** An optimizer on ax's own base class that says no more of its search than what it evaluates. */
export class OnBase extends ax.AxBaseOptimizer {
  constructor(readonly finish: Finish) {
    super({ studentAI: student() });
  }

  async compile(program: never, examples: never, metric: never): Promise<never> {
    const own = program as Program;
    const score = metric as unknown as (call: object) => number | Promise<number>;
    let [winner, best] = ['', -1];
    for (const instruction of INSTRUCTIONS) {
      own.setInstruction(instruction);
      let sum = 0;
      for (const example of examples as readonly Example[]) {
        sum += await score({ prediction: await own.forward(this.studentAI, example), example });
      }
      if (sum > best) [winner, best] = [instruction, sum];
    }
    own.setInstruction(winner);
    return this.finish(own, winner) as never;
  }
}

/** Runs each of both optimizers with this finish; returns what was heard. */
export const OPTIMIZERS: Readonly<Record<string, (finish: Finish) => Promise<readonly AnyEvent[]>>> = {
  'a decorated optimizer': (finish) =>
    heard(() => new Search(student(), finish).compile(twoPartProgram(ax), questions(8))),
  'a subclass of AxBaseOptimizer': (finish) =>
    heard(() => new OnBase(finish).compile(twoPartProgram(ax) as never, questions(8) as never, exact as never)),
};
