// An app that knows nothing of ax-autolog. `node --import ax-autolog/register app.mjs` tracks it.
import { AxBootstrapFewShot, AxMockAIService, ax } from '@ax-llm/ax';

const ai = new AxMockAIService({
  features: { functions: false, streaming: false },
  chatResponse: async () => ({
    results: [{ index: 0, content: 'Answer: 4', finishReason: 'stop' }],
    modelUsage: { ai: 'mock', model: 'mock', tokens: { promptTokens: 3, completionTokens: 2, totalTokens: 5 } },
  }),
});
const program = ax('question:string -> answer:string');
const examples = [1, 2, 3].map((n) => ({ question: `${n} + ${4 - n}?`, answer: '4' }));
const optimizer = new AxBootstrapFewShot({ studentAI: ai, options: { maxRounds: 1, maxDemos: 2, verboseMode: false } });
const result = await optimizer.compile(program, examples, ({ prediction, example }) =>
  prediction.answer === example.answer ? 1 : 0,
);
console.log(JSON.stringify({ bestScore: result.bestScore }));
