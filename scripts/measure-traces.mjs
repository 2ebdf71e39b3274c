// Measures the cost of traces: evaluates 200 examples on a scripted LM and writes them to a fresh MLflow server, once
// without traces, once with a trace and three assessments per example. `node scripts/measure-traces.mjs` after `npm run build`.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AxGen, AxMockAIService } from '@ax-llm/ax';
import { autolog, Evaluate, shutdown } from 'ax-autolog';
import { mlflow } from 'ax-autolog/plugins/mlflow';
import { prepareMlflow } from './mlflow.mjs';
import { startServer } from './mlflow-server.mjs';

const EXAMPLES = 200;
const devset = Array.from({ length: EXAMPLES }, (_, number) => ({ question: `What is number ${number}?`, number }));
const program = new AxGen('question:string -> answer:number');
const ai = new AxMockAIService({
  features: { functions: false, streaming: false },
  chatResponse: { results: [{ index: 0, content: 'Answer: 4', finishReason: 'stop' }] },
});
const metric = ({ example }) => ({ score: example.number % 2, scores: { small: 1, even: 0 }, feedback: 'so it is' });
const evaluate = () => new Evaluate({ devset, metric, numThreads: 8 }).evaluate(program, { ai });

/** Starts a proxy that counts the requests to a server. */
async function countingProxy(uri) {
  const { hostname, port } = new URL(uri);
  const state = { requests: 0 };
  const server = createServer((incoming, answer) => {
    state.requests += 1;
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers }, (found) => {
      answer.writeHead(found.statusCode, found.headers);
      found.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.uri = `http://127.0.0.1:${server.address().port}`;
  state.close = () => server.close();
  return state;
}

/**
 * Returns the milliseconds until the evaluation ended, the milliseconds until the server had all of it, and the
 * requests.
 */
async function measure(proxy, folder, logTracesFromEval) {
  const before = proxy.requests;
  const sink = mlflow({ trackingUri: proxy.uri, experiment: `traces ${logTracesFromEval}` });
  autolog({
    logEvals: true,
    logTracesFromEval,
    sinks: [sink],
    journal: { dir: join(folder, String(logTracesFromEval)) },
  });
  const started = performance.now();
  await evaluate();
  const evaluated = performance.now();
  await shutdown();
  return { evaluation: evaluated - started, all: performance.now() - started, requests: proxy.requests - before };
}

const problem = await prepareMlflow();
if (problem !== null) throw new Error(problem);
const folder = mkdtempSync(join(tmpdir(), 'ax-autolog-measure-'));
const server = await startServer(folder);
const proxy = await countingProxy(server.uri);
try {
  autolog({ disable: true });
  await evaluate();
  const started = performance.now();
  await evaluate();
  const untracked = performance.now() - started;
  console.log(`untracked: ${untracked.toFixed(0)} ms for ${EXAMPLES} examples`);
  // The first run includes the server's lazy loading.
  await measure(proxy, join(folder, 'warm'), true);
  for (const traces of [false, true]) {
    const { evaluation, all, requests } = await measure(proxy, folder, traces);
    const each = all / EXAMPLES;
    console.log(
      `${traces ? 'with' : 'without'} traces: evaluation ${evaluation.toFixed(0)} ms, on the server after ${all.toFixed(0)} ms (${each.toFixed(1)} ms an example), ${requests} requests`,
    );
  }
} finally {
  proxy.close();
  server.stop();
  await sleep(500);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
