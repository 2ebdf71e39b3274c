import { ax } from '@ax-llm/ax';
import { autolog, shutdown, flush } from './dist/lib/index.js';
import { mockLM } from './dist/bench/lm.js';
const lm = mockLM();
const p = ax('question:string -> answer:string');
async function run(n) { const t = performance.now(); for (let i = 0; i < n; i++) await p.forward(lm.ai, { question: 'What is 1+1?' }); return (performance.now() - t) / n * 1000; }
await run(300);
console.log('never', (await run(1000)).toFixed(1));
const modes = { off: () => autolog({ disable: true }), switchedOff: () => autolog({ sinks: [], logTraces: false, journal: { dir: '/tmp/perfj' } }), traced: () => autolog({ sinks: [], journal: { dir: '/tmp/perfj' } }), tracedNoJournal: () => autolog({ sinks: [], journal: false }) , rate0: () => autolog({ sinks: [], traces: { rate: 0 }, journal: false })};
const res = {};
for (let r = 0; r < 8; r++) for (const [k, m] of Object.entries(modes)) { m(); await run(100); (res[k] ??= []).push(await run(500)); await flush(); }
for (const [k, v] of Object.entries(res)) console.log(k, 'min', Math.min(...v).toFixed(1), 'median', v.sort((a, b) => a - b)[4].toFixed(1));
await shutdown();
