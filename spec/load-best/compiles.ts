import { AxACE, AxBootstrapFewShot, AxGEPA } from '@ax-llm/ax';
import { trackCompile } from '../../lib/capture/decorators/index.js';
import { EXAMPLES, makeProgram, metric, type Program, scriptedAI } from './programs.js';

/** Compiles a program and gives one with the best state, as the user has it afterwards. */
export type Compile = () => Promise<Program>;

export const compileGEPA: Compile = async () => {
  const models = { studentAI: scriptedAI().ai, teacherAI: scriptedAI().ai };
  const optimizer = new AxGEPA({ ...models, numTrials: 3, seed: 1, minibatchSize: 3 });
  const options = { maxMetricCalls: 120, validationExamples: EXAMPLES };
  const result = await optimizer.compile(makeProgram(), EXAMPLES, metric, options);
  const program = makeProgram();
  result.optimizedProgram?.applyTo(program);
  return program;
};

export const compileBootstrap: Compile = async () => {
  const optimizer = new AxBootstrapFewShot({ studentAI: scriptedAI().ai });
  const result = await optimizer.compile(makeProgram(), EXAMPLES, metric);
  const program = makeProgram();
  program.setDemos(result.demos ?? []);
  return program;
};

export const compileACE: Compile = async () => {
  const optimizer = new AxACE({ studentAI: scriptedAI().ai, teacherAI: scriptedAI().ai });
  const result = await optimizer.compile(makeProgram(), EXAMPLES, metric);
  const program = makeProgram();
  result.optimizedProgram?.applyTo(program);
  return program;
};

export const compileCustom: Compile = async () => {
  const teleprompter = {
    async compile(program: Program): Promise<Program> {
      program.setInstruction('Think step by step.\nDo not guess 🧮.');
      program.setDemos([{ programId: program.getId(), traces: [{ question: 'What is 1 + 2?', answer: '3' }] }]);
      return program;
    },
  };
  trackCompile(teleprompter);
  return await teleprompter.compile(makeProgram());
};
