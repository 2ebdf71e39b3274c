import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startRun } from '../../../lib/index.js';
import { type Model, model } from './support/model.js';
import { outline, spansOf, tracesOf } from './support/outline.js';
import { only, tracked } from './support/tracked.js';
import { quiet } from './support/verbose-log.js';

/** A model that writes this code for the first turns of an agent, and then ends each of its stages. */
function coding(...turns: readonly string[]): Model {
  let turn = 0;
  return model(ax, ({ chatPrompt }) => {
    const wanted = JSON.stringify(chatPrompt[0]).match(/generate new fields: ([^\\]*)/)?.[1] ?? '';
    if (!wanted.includes('Javascript Code')) return 'Answer: warm';
    const code = turns[turn] ?? 'final("done", { ok: true })';
    turn += 1;
    return `Javascript Code: ${code}`;
  });
}

const weather = {
  name: 'weather',
  namespace: 'tools',
  description: 'weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string', description: 'city' } }, required: ['city'] },
  func: async ({ city }: { city: string }) => `sunny in ${city}`,
};

describe('the trace of an AxAgent', function () {
  this.timeout(30_000);

  it('has its stages, the functions that its code calls, and its child agents', async () => {
    const { ai } = coding(
      'final("answer it", { q: inputs.question })',
      'console.log(await tools.weather({ city: "Rome" }), await llmQuery("how warm?", "sunny"), await helper.helper({ question: "sub" }));',
    );
    const helper = ax.agent('question:string -> answer:string', {
      ai,
      agentIdentity: { name: 'helper', description: 'helps with a part of the question', namespace: 'helper' },
    } as never);
    const agent = ax.agent('question:string -> answer:string', {
      ai,
      agentIdentity: { name: 'forecaster', description: 'answers questions about the weather' },
      functions: [weather, helper],
    } as never);
    const traces = tracesOf(await quiet(() => tracked(() => agent.forward(ai, { question: 'how is Rome?' }))));
    expect(traces).to.have.length(1);
    const [trace] = traces;
    expect(outline(trace ?? expect.fail()).filter((line) => !/PARSER|CHAT/.test(line))).to.deep.equal([
      'AGENT forecaster',
      '  LLM distiller',
      '  LLM executor',
      '  TOOL tools.weather',
      '  LLM AxGen.forward',
      '  TOOL helper.helper',
      '    AGENT helper',
      '      LLM distiller',
      '      LLM executor',
      '      LLM responder',
      '  LLM executor',
      '  LLM responder',
    ]);
    expect(trace?.spans[0]).to.deep.include({ inputs: { question: 'how is Rome?' }, outputs: { answer: 'warm' } });
    expect(spansOf(trace, 'TOOL')[0]).to.deep.include({ inputs: { city: 'Rome' }, outputs: 'sunny in Rome' });
    expect(trace?.tokens.calls).to.equal(8);
  });

  it('has a function that fails, and what it remembers as a retrieval', async () => {
    const { ai } = coding(
      'final("answer it", {})',
      'await recall(["Rome"]); console.log(await tools.weather({ city: "Rome" }));',
      'final("done", {})',
    );
    const agent = ax.agent('question:string -> answer:string', {
      ai,
      agentIdentity: { name: 'forecaster', description: 'answers questions about the weather' },
      functions: [{ ...weather, func: async () => Promise.reject(new Error('no weather today')) }],
      onMemoriesSearch: async () => [{ id: 'm1', content: 'Rome is sunny' }],
    } as never);
    const [trace] = tracesOf(await quiet(() => tracked(() => agent.forward(ai, { question: 'q' }))));
    const recalled = spansOf(trace, 'RETRIEVER').map(({ name, inputs }) => [name, inputs]);
    expect(recalled[0]).to.deep.equal(['recall', ['Rome']]);
    expect(spansOf(trace, 'TOOL').map(({ name, status, error }) => [name, status, error?.message])).to.deep.equal([
      ['tools.weather', 'failed', 'no weather today'],
    ]);
    expect(trace?.status).to.equal('finished');
  });

  it('and its LM calls stay in its own run, whichever worker its code runs in', async () => {
    const runs = ['first', 'second', 'third'];
    const code = 'console.log(await llmQuery("how warm?", "sunny"), await tools.weather({ city: "Rome" }));';
    const one = (runName: string) =>
      startRun({ runName }, async () => {
        const { ai } = coding('final("answer it", { q: 1 })', code);
        const identity = { name: runName, description: 'answers questions about the weather' };
        const agent = ax.agent('question:string -> answer:string', {
          ai,
          agentIdentity: identity,
          functions: [weather],
        } as never);
        await agent.forward(ai, { question: `for the ${runName}` });
      });
    const events = await quiet(() =>
      tracked(async () => {
        for (const runName of runs) await one(runName);
        await Promise.all(runs.map(one));
      }),
    );
    const names = new Map(only(events, 'onRunStart').map(({ runId, data }) => [runId, data.name]));
    expect(names.size).to.equal(6);
    const traces = only(events, 'onTraceEnd');
    expect(traces.map(({ runId, data }) => [names.get(runId), data.name, data.tokens.calls])).to.have.deep.members(
      [...runs, ...runs].map((name) => [name, name, 5]),
    );
    for (const { runId, data } of traces) {
      expect(spansOf(data, 'TOOL').map(({ name }) => name)).to.deep.equal(['tools.weather']);
      expect(only(events, 'onLMCall').filter((call) => call.runId === runId)).to.have.length(5);
    }
  });
});
