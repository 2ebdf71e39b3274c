import { ax } from '@ax-llm/ax';
import { autolog, shutdown, flush } from './dist/lib/index.js';
import { mockLM } from './dist/bench/lm.js';
const lm = mockLM();
const p = ax('question:string -> answer:string');
autolog({ sinks: [], journal: { dir: '/tmp/perfj' } });
for (let i = 0; i < 20000; i++) await p.forward(lm.ai, { question: 'What is 1+1?' });
await shutdown();
