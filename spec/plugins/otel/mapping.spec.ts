import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Json, SpanData } from '../../../lib/contract/events.js';
import type { MappingOptions } from '../../../plugins/otel/mapping/attributes.js';
import { cutJson, cutText } from '../../../plugins/otel/mapping/limits.js';
import { inputMessages, outputMessages } from '../../../plugins/otel/mapping/messages.js';
import { providerName } from '../../../plugins/otel/mapping/providers.js';
import { traceSpanContent } from '../../../plugins/otel/mapping/trace-span.js';
import { verdictOf } from '../../../plugins/otel/mapping/verdict.js';
import { LM, span, trace } from './support/traces.js';

const ALL: MappingOptions = { captureContent: true, openInference: true, maxAttributeLength: 32_768 };
const EXAMPLE = { index: 0, exampleId: 'e', example: null, prediction: null, score: 1, durationMs: 1 };

describe('otel, mapping', () => {
  const textOf = (of: SpanData, options = ALL) => traceSpanContent(of, trace([of]), {}, options);

  it('names providers as the conventions do; others keep their names', () => {
    const names = [
      'OpenAI',
      'Azure OpenAI',
      'Anthropic',
      'GoogleGeminiAI',
      'Mistral',
      'Grok',
      'My Gateway',
      'constructor',
    ];
    expect(names.map(providerName)).to.deep.equal([
      'openai',
      'azure.ai.openai',
      'anthropic',
      'gcp.gemini',
      'mistral_ai',
      'x_ai',
      'my_gateway',
      'constructor',
    ]);
  });

  it('reads whatever a request or answer holds as messages', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (messages, choices) => {
        for (const list of [
          inputMessages({ messages } as Json),
          outputMessages({ choices } as Json),
          inputMessages({ messages: [{ role: messages, content: choices, tool_calls: [choices] }] } as Json),
        ]) {
          expect(list).to.be.an('array');
          for (const { role, parts } of list as unknown as { role: unknown; parts: unknown[] }[]) {
            expect(role).to.be.a('string').and.not.equal('');
            for (const part of parts) expect(part).to.have.property('type').that.is.a('string');
          }
        }
      }),
    );
  });

  it('keeps what a model thought as a part of its own', () => {
    const choices = [{ message: { role: 'assistant', reasoning_content: 'hm', content: '7' } }];
    expect(outputMessages({ choices })).to.deep.equal([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'hm' },
          { type: 'text', content: '7' },
        ],
      },
    ]);
  });

  it('cuts a text with a mark and never in the middle of a character', () => {
    expect(cutText('abc', 3)).to.equal('abc');
    expect(cutText('abcd', 3)).to.equal('abc… [cut, 4 characters]');
    expect(cutText('ab🧮d', 3)).to.equal('ab… [cut, 5 characters]');
  });

  it('cuts JSON so that it can still be read', () => {
    const long = [{ role: 'user', parts: [{ type: 'text', content: 'x'.repeat(10_000_000) }] }];
    const cut = cutJson(long, 1_000);
    expect(cut.length).to.be.at.most(1_000);
    expect(JSON.parse(cut))
      .to.have.nested.property('[0].parts[0].content')
      .that.matches(/^x+… \[cut, 10000000 char/);
    const many = Array.from({ length: 5_000 }, (_, i) => ({ role: 'user', n: i }));
    const list = JSON.parse(cutJson(many, 4_000)) as { n?: number }[];
    expect(list[0]?.n).to.equal(0);
    expect(list.at(-1)?.n).to.equal(4_999);
    expect(list).to.include('… [cut, 5000 members]');
  });

  it('cuts any JSON to about its limit, and leaves what fits alone', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 256, max: 2_000 }), (value, limit) => {
        const cut = cutJson(value, limit);
        expect(cut.length).to.be.at.most(limit + 40);
        if (JSON.stringify(value).length <= limit) expect(cut).to.equal(JSON.stringify(value));
      }),
    );
  });

  it('a prompt of 10 MB is cut, and nothing else', () => {
    const inputs = { model: 'm', messages: [{ role: 'user', content: 'y'.repeat(10_000_000) }], temperature: 1 };
    const { attributes } = textOf(span(0, null, 'CHAT_MODEL', { inputs, outputs: null, lm: LM }));
    expect(String(attributes['gen_ai.input.messages']).length).to.be.at.most(32_768);
    expect(attributes['gen_ai.request.temperature']).to.equal(1);
    expect(attributes).to.not.have.property('gen_ai.output.messages');
  });

  it('without content there are ids, names, counts and errors, and nothing of the data', () => {
    const about: Partial<SpanData> = {
      status: 'failed',
      error: { name: 'E', message: 'm' },
      attributes: { demos: ['CONTENT'], note: 'CONTENT', retries: 1, signature: 'a -> b' },
      events: [{ name: 'assertion', time: 1, attributes: { text: 'CONTENT' } }],
      inputs: { q: 'CONTENT' },
      outputs: 'CONTENT',
    };
    for (const type of ['CHAIN', 'AGENT', 'LLM', 'CHAT_MODEL', 'EMBEDDING', 'TOOL', 'PARSER', 'RETRIEVER'] as const) {
      const text = textOf(span(0, null, type, about), { ...ALL, captureContent: false });
      expect(JSON.stringify(text), type).to.not.include('CONTENT');
      expect(text.attributes).to.include({ 'error.type': 'E', 'ax.retries': 1, 'ax.signature': 'a -> b' });
      expect(text.events.at(-1)?.attributes).to.include({ 'exception.message': 'm' });
    }
    const verdict = verdictOf({ ...EXAMPLE, feedback: 'CONTENT' }, 1, null, { ...ALL, captureContent: false });
    expect(JSON.stringify(verdict)).to.not.include('CONTENT');
  });

  it('a verdict names the metric and each objective once', () => {
    const { events } = verdictOf({ ...EXAMPLE, scores: { exact: 1, brief: 0.5 } }, 5, 'exact', ALL);
    expect(
      events.map(({ attributes, time }) => [
        attributes['gen_ai.evaluation.name'],
        attributes['gen_ai.evaluation.score.value'],
        time,
      ]),
    ).to.deep.equal([
      ['exact', 1, 5],
      ['brief', 0.5, 5],
    ]);
  });

  it('a prediction without score and error has no verdict', () => {
    expect(verdictOf({ ...EXAMPLE, score: null }, 1, null, ALL).events).to.deep.equal([]);
  });

  it('an exception that is among the events is not told twice', () => {
    const events = [{ name: 'exception', time: 1, attributes: { 'exception.type': 'E', 'exception.message': 'm' } }];
    const text = textOf(span(0, null, 'LLM', { status: 'failed', error: { name: 'E', message: 'm' }, events }));
    expect(text.events).to.deep.equal(events);
  });
});
