import * as ax from '@ax-llm/ax';
import { autolog, flush, shutdown } from './dist/lib/index.js';
import { recorder } from './dist/lib/testing.js';

const rec = recorder();
autolog({ sinks: [rec], logEvals: true, logCompiles: true, journal: false });
const usage = { ai: 'mock', model: 'm1', tokens: { promptTokens: 3, completionTokens: 2, totalTokens: 5 } };
const mk = (answer, features = {}) =>
  new ax.AxMockAIService({
    features: { functions: true, streaming: true, ...features },
    chatResponse: async (req, o) => answer(req, o),
  });
function stream(text, n = 4) {
  const size = Math.ceil(text.length / n);
  return new ReadableStream({
    start(c) {
      for (let i = 0; i < n; i++)
        c.enqueue({
          results: [
            {
              index: 0,
              content: text.slice(i * size, (i + 1) * size),
              ...(i === n - 1 ? { finishReason: 'stop' } : {}),
            },
          ],
          ...(i === n - 1 ? { modelUsage: usage } : {}),
        });
      c.close();
    },
  });
}
const show = async (title) => {
  await flush();
  console.log('=====', title);
  for (const e of rec.events.splice?.(0) ?? rec.events)
    if (e.type === 'onTraceEnd') {
      const d = e.data;
      console.log(`[${d.role}] ${d.name} ${d.status} ${JSON.stringify(d.tokens)} dropped ${d.dropped}`);
      const depth = new Map();
      for (const s of d.spans) {
        depth.set(s.spanId, (depth.get(s.parentId) ?? -1) + 1);
        console.log(
          '  '.repeat(depth.get(s.spanId) + 1) +
            `${s.type} ${s.name} ${s.status} in=${JSON.stringify(s.inputs).slice(0, 140)} out=${JSON.stringify(s.outputs).slice(0, 200)}${s.error ? ' ERR ' + s.error.name + ': ' + s.error.message.slice(0, 80) : ''} ${s.events.map((x) => x.name + JSON.stringify(x.attributes).slice(0, 160)).join(';')}`,
        );
      }
    }
  if (!rec.events.splice) rec.clear?.();
};
let n = 0;
// tools
const toolAI = mk(async (req) =>
  req.chatPrompt.some((m) => m.role === 'function')
    ? { results: [{ index: 0, content: 'Answer: sunny', finishReason: 'stop' }], modelUsage: usage }
    : {
        results: [
          {
            index: 0,
            functionCalls: [{ id: 'c1', type: 'function', function: { name: 'weather', params: '{"city":"Rome"}' } }],
            finishReason: 'function_call',
          },
        ],
        modelUsage: usage,
      },
);
const child = new ax.AxGen('city:string -> forecast:string');
const childAI = mk(async () => ({
  results: [{ index: 0, content: 'Forecast: sunny', finishReason: 'stop' }],
  modelUsage: usage,
}));
const gen = new ax.AxGen('question:string -> answer:string', {
  functions: [
    {
      name: 'weather',
      description: 'Weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string', description: 'c' } }, required: ['city'] },
      func: async ({ city }) => (await child.forward(childAI, { city })).forecast,
    },
  ],
});
console.log(await gen.forward(toolAI, { question: 'q?' }));
await show('tools');
// assertion retry
n = 0;
const flaky = mk(async () => ({
  results: [{ index: 0, content: n++ === 0 ? 'Answer: bad' : 'Answer: good', finishReason: 'stop' }],
  modelUsage: usage,
}));
const asserted = new ax.AxGen('question:string -> answer:string');
asserted.addAssert(({ answer }) => answer === 'good', 'must be good');
console.log(await asserted.forward(flaky, { question: 'x' }));
await show('assert retry');
n = 0;
const miss = mk(async () => ({
  results: [{ index: 0, content: n++ === 0 ? 'nothing here' : 'Count: 3', finishReason: 'stop' }],
  modelUsage: usage,
}));
console.log(await new ax.AxGen('question:string -> count:number').forward(miss, { question: 'x' }));
await show('validation retry');
// streaming
const sAI = mk(async (req, o) => stream('Answer: a long streamed answer'));
const plain = new ax.AxGen('question:string -> answer:string');
for await (const d of plain.streamingForward(sAI, { question: 's' })) console.log(JSON.stringify(d));
await show('streaming');
for await (const d of plain.streamingForward(sAI, { question: 's' })) {
  console.log(JSON.stringify(d));
  break;
}
await show('streaming broken off');
console.log(await plain.forward(sAI, { question: 'stream true' }, { stream: true }));
await show('forward stream:true');
// samples
const multi = mk(async () => ({
  results: [0, 1, 2].map((index) => ({ index, content: `Answer: s${index}`, finishReason: 'stop' })),
  modelUsage: usage,
}));
console.log(await plain.forward(multi, { question: 's' }, { sampleCount: 3, resultPicker: async () => 1 }));
await show('samples');
// flow
const flow = ax
  .flow()
  .node('summarizer', 'documentContent:string -> summary:string')
  .node('rater', 'summary:string -> rating:string')
  .execute('summarizer', (s) => ({ documentContent: s.documentContent }))
  .execute('rater', (s) => ({ summary: s.summarizerResult.summary }))
  .map((s) => ({ rating: s.raterResult.rating }));
const flowAI = mk(async (req) => ({
  results: [
    {
      index: 0,
      content: JSON.stringify(req.chatPrompt[0].content).includes('new fields: `Summary`')
        ? 'Summary: short'
        : 'Rating: 5',
      finishReason: 'stop',
    },
  ],
  modelUsage: usage,
}));
console.log(await flow.forward(flowAI, { documentContent: 'long text' }));
await show('flow');
n = 0;
const best = ax.bestOfN(plain, {
  n: 3,
  rewardFn: async ({ prediction }) => (prediction.answer === 'v2' ? 1 : 0),
  threshold: 1,
});
const bAI = mk(async () => ({
  results: [{ index: 0, content: `Answer: v${n++}`, finishReason: 'stop' }],
  modelUsage: usage,
}));
console.log(await best.forward(bAI, { question: 'b' }));
await show('bestOfN');
n = 0;
const ref = ax.refine(plain, {
  rounds: 2,
  rewardFn: async ({ prediction }) => (prediction.answer === 'v5' ? 1 : 0),
  threshold: 1,
});
console.log(await ref.forward(bAI, { question: 'b' }).catch((e) => e.message));
await show('refine');
// services
const bal = new ax.AxBalancer([
  mk(async () => {
    throw Object.assign(new ax.AxAIServiceStatusError(500, 'x', 'u', {}, {}), {});
  }),
  childAI,
]);
console.log(await child.forward(bal, { city: 'x' }).catch((e) => e.message));
await show('balancer');
console.log(JSON.stringify(await childAI.embed({ texts: ['a', 'b'] })));
await childAI.chat({
  chatPrompt: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'look' },
        { type: 'image', mimeType: 'image/png', image: 'iVBOR'.repeat(5000) },
        { type: 'audio', data: 'AAAA', format: 'wav' },
        { type: 'file', data: 'JVBE', filename: 'a.pdf', mimeType: 'application/pdf' },
        { type: 'url', url: 'https://x.y', title: 'T' },
      ],
    },
  ],
});
await show('embed, bare chat');
await new ax.AxMockAIService({ shouldError: true, errorMessage: 'boom' })
  .chat({ chatPrompt: [{ role: 'user', content: 'x' }] })
  .catch(() => 0);
await show('error');
await shutdown();
