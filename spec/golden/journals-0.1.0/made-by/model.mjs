import { AxMockAIService, ax } from '@ax-llm/ax';

/** A number from 0 to 99 that depends on the text alone. */
export function percent(text) {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) % 100;
}

/** Sums, each with its answer. */
export function sums(count, from = 0) {
  return Array.from({ length: count }, (_, at) => {
    const [a, b] = [from + at + 3, 2 * (from + at) + 1];
    return { question: `What is ${a} + ${b}?`, answer: String(a + b) };
  });
}

/** The program that every search begins with. */
export function adder() {
  const program = ax('question:string "a sum" -> answer:string "its value"');
  program.setInstruction('Answer.');
  return program;
}

/** 1 for the right answer, else 0. */
export function exact({ prediction, example }) {
  return prediction.answer === example.answer ? 1 : 0;
}

/**
 * A service of ax that answers sums, the more of them the more steps its instruction asks for. It depends on the request
 * alone. `fails` says which calls fail, `delay` is in milliseconds.
 */
export function model({ fails = () => false, delay = 0, name = 'adder' } = {}) {
  return new AxMockAIService({
    name,
    modelInfo: { name: 'adder-1', promptTokenCostPer1M: 1, completionTokenCostPer1M: 2 },
    features: { functions: false, streaming: false },
    chatResponse: async ({ chatPrompt }) => {
      const prompt = chatPrompt.map((message) => String(message.content ?? '')).join('\n');
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      if (fails(prompt)) throw new Error('the service is down');
      const tokens = { promptTokens: prompt.length >> 2, completionTokens: 7, totalTokens: (prompt.length >> 2) + 7 };
      return {
        results: [{ index: 0, content: answer(prompt), finishReason: 'stop' }],
        modelUsage: { ai: name, model: 'adder-1', tokens },
      };
    },
  });
}

function answer(prompt) {
  const wanted = /generate new fields: ([^\n]*)/.exec(prompt)?.[1] ?? '';
  const fields = [...wanted.matchAll(/`([^`]+)`/g)].map(([, field]) => field);
  return fields.map((field) => `${field}: ${value(field, prompt)}`).join('\n');
}

function value(field, prompt) {
  if (field === 'Feedback Summary') return 'Add the units first.';
  if (field === 'New Value') return `Answer. ${'Add the units first. '.repeat(1 + (percent(prompt) % 4))}`.trim();
  const [, a, b] = [...prompt.matchAll(/What is (\d+) \+ (\d+)\?/g)].at(-1) ?? [];
  if (a === undefined) return 'unknown';
  const skill = 45 + 18 * (prompt.split('Add the units first.').length - 1);
  return String(Number(a) + Number(b) + (percent(`${a} ${b}`) < skill ? 0 : 1));
}
