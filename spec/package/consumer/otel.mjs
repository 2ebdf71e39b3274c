// An app with OpenTelemetry: `node otel.mjs provider|exporter|url` prints the names of the spans that arrive.
import { createServer } from 'node:http';
import { AxMockAIService, ax } from '@ax-llm/ax';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { autolog, shutdown } from 'ax-autolog';
import { otel } from 'ax-autolog/plugins/otel';
import { recorder } from 'ax-autolog/testing';

const [how] = process.argv.slice(2);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const bodies = [];
const server = createServer((request, response) => {
  request.on('data', (part) => bodies.push(part)).on('end', () => response.end());
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}/v1/traces`;
const seen = recorder();
const options = { provider: { tracerProvider: provider }, exporter: { exporter }, url: { url } };
autolog({ sinks: [otel(options[how]), seen] });

const ai = new AxMockAIService({
  features: { functions: false, streaming: false },
  chatResponse: async () => ({ results: [{ index: 0, content: 'Answer: 4', finishReason: 'stop' }] }),
});
await ax('question:string -> answer:string').forward(ai, { question: '1 + 3?' });
await seen.settled();
const spans = exporter.getFinishedSpans();
const traces = seen.of('onTraceEnd').map(({ data }) => data.traceId);
await shutdown();
server.closeAllConnections();
server.close();
const received = Buffer.concat(bodies);
const names =
  how === 'url'
    ? (received.toString('latin1').match(/chat [\w-]+|invoke_workflow AxGen/g) ?? [])
    : spans.map(({ name }) => name);
const ids =
  how === 'url'
    ? traces.every((id) => received.includes(Buffer.from(id, 'hex')))
    : spans.every((span) => traces.includes(span.spanContext().traceId));
console.log(JSON.stringify({ spans: names, ids }));
