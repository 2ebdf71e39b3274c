import * as ax from '@ax-llm/ax';
import { autolog, flush, shutdown } from './dist/lib/index.js';
import { recorder } from './dist/lib/testing.js';

const rec = recorder();
autolog({ sinks: [rec], logEvals: true, logCompiles: true, journal: false });
const usage = { ai: 'mock', model: 'm1', tokens: { promptTokens: 3, completionTokens: 2, totalTokens: 5 } };
const mk = (answer, features = {}) =>
  new ax.AxMockAIService({
    features: { functions: true, streaming: false, ...features },
    chatResponse: async (req, o) => answer(req, o),
  });
const show = async (title) => {
  await flush();
  console.log('=====', title);
  for (const e of rec.events)
    if (e.type === 'onTraceEnd') {
      const d = e.data;
      console.log(`[${d.role}] ${d.name} ${d.status} ${JSON.stringify(d.tokens)} dropped ${d.dropped}`);
      const depth = new Map();
      for (const s of d.spans) {
        depth.set(s.spanId, (depth.get(s.parentId) ?? -1) + 1);
        console.log(
          '  '.repeat(depth.get(s.spanId) + 1) +
            `${s.type} ${s.name} ${s.status} in=${JSON.stringify(s.inputs).slice(0, 300)} out=${JSON.stringify(s.outputs).slice(0, 200)}${s.error ? ' ERR ' + s.error.name + ': ' + s.error.message.slice(0, 80) : ''} ${s.events.map((x) => x.name + JSON.stringify(x.attributes).slice(0, 160)).join(';')}`,
        );
      }
    }
  rec.clear();
};
const seen = [];
let turn = 0;
const ai = mk(async (req) => {
  const sys = String(req.chatPrompt[0].content);
  const wanted = /generate new fields: ([^\n]*)/.exec(sys)?.[1] ?? '';
  seen.push(wanted + ' | ' + (sys.includes('executor') ? 'E' : ''));
  if (wanted.includes('Javascript Code')) {
    turn++;
    const isTask = !/distiller/i.test(sys);
    if (process.env.SHOW)
      console.log(turn, sys.slice(0, 300), '...', String(req.chatPrompt.at(-1).content).slice(0, 300));
    const code =
      turn === 1
        ? 'final("answer the question", { q: inputs.question })'
        : turn === 2
          ? 'const w = await tools.weather({ city: "Rome" }); const a = await llmQuery("how warm?", w); const h = await helper.helper({ question: "sub" }); console.log(w, a, h);'
          : 'final("done", { ok: true })';
    return { results: [{ index: 0, content: `Javascript Code: ${code}`, finishReason: 'stop' }], modelUsage: usage };
  }
  return { results: [{ index: 0, content: 'Answer: final answer', finishReason: 'stop' }], modelUsage: usage };
});
const helper = ax.agent('question:string -> answer:string', {
  ai,
  agentIdentity: { name: 'helper', description: 'helps with a sub question of the main task', namespace: 'helper' },
});
const agent = ax.agent('question:string -> answer:string', {
  ai,
  agentIdentity: { name: 'weather agent', description: 'answers questions about the weather in cities' },
  functions: [
    {
      name: 'weather',
      namespace: 'tools',
      description: 'weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string', description: 'c' } }, required: ['city'] },
      func: async ({ city }) => `sunny in ${city}`,
    },
    helper,
  ],
});
console.log(await agent.forward(ai, { question: 'how is it?' }).catch((e) => e));
console.log(seen);
await show('agent');
await shutdown();
process.exit(0);
