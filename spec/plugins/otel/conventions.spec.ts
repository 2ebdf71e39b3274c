import { expect } from 'chai';
import { describe, it } from 'mocha';
import { otel } from '../../../plugins/otel/index.js';
import { handBatch } from '../../fixtures/hand-batch.js';
import { fixture } from '../../golden/fixture.js';
import { read, repositoryFiles } from '../../repository/tree.js';
import { keeping } from './support/exporters.js';
import { tracedRun } from './support/traces.js';

const PREFIX = 'gen_ai.optimization.';

describe('otel, proposed names', () => {
  const page = read('docs/otel-conventions.md');
  const code = repositoryFiles().filter((path) => path.startsWith('plugins/otel/'));

  it('has every name that spans are given in the proposal', async () => {
    const exporter = keeping();
    const sink = otel({ exporter });
    await handBatch(sink, [...fixture(), ...tracedRun()], { runDir: null, runId: '' });
    const names = exporter.spans.flatMap(({ attributes, events }) => [
      ...Object.keys(attributes),
      ...events.flatMap((event) => [event.name, ...Object.keys(event.attributes ?? {})]),
    ]);
    const own = [...new Set(names)].filter((name) => name.startsWith(PREFIX));
    expect(own.length).to.be.greaterThan(50);
    const missing = own.filter((name) => {
      const [, last] = /^gen_ai\.optimization\.candidate(\.\w+)$/.exec(name) ?? [];
      return !page.includes(`\`${name}\``) && !(last && page.includes(`\`${last}\``)) && !/\.usage\./.test(name);
    });
    expect(missing).to.deep.equal([]);
  });

  it('proposes no name that the code does not write', () => {
    const proposed = [...page.matchAll(/`gen_ai\.optimization\.([a-z_.]+[a-z])`/g)].map((match) => match[1] ?? '');
    const text = code
      .map((path) => read(path))
      .join('\n')
      .replace(/\$\{name\}/g, '(trainset|valset|devset)');
    const written = (name: string): boolean =>
      text.includes(`.${name}\``) ||
      text.includes(`.${name}'`) ||
      text.includes(`.${name.replace(/^(trainset|valset|devset)/, '(trainset|valset|devset)')}\``);
    expect(proposed.filter((name) => !written(name))).to.deep.equal([]);
  });

  it('has no name that is also the beginning of another: a name is an attribute or a namespace', () => {
    const names = new Set(
      [...page.matchAll(/`(gen_ai\.optimization\.[a-z_.]+[a-z])`/g)].map((match) => match[1] ?? ''),
    );
    const both = [...names].filter((name) => [...names].some((other) => other.startsWith(`${name}.`)));
    expect(both).to.deep.equal([]);
  });
});
