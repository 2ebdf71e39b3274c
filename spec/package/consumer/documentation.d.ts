// What the examples of the documentation take for granted: the reader's own program, data, metric and LM.
import type { AxAIService, AxGEPA, AxGen, AxMetricFn } from '@ax-llm/ax';

declare global {
  type Example = { question: string; answer: string };
  type Program = AxGen<{ question: string }, { answer: string }>;
  type Metric = AxMetricFn;
  const llm: AxAIService;
  const program: Program;
  const trainset: Example[];
  const valset: Example[];
  const devset: Example[];
  const metric: Metric;
  const optimizer: AxGEPA;
  function mutate(program: Program): Promise<Program>;
}
