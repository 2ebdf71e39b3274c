import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runChild } from '../fixtures/child.js';

/** Two evaluations, with a journal-fed sink that takes nothing (`down`) or says what it takes. */
function app(dir: string, down: boolean): string {
  return `
    import { autolog, defineSink, Evaluate, flush } from 'ax-autolog';
    const sink = defineSink({
      name: 'remote',
      delivery: 'journal',
      onBatch: (events) => {
        if (${down}) throw new Error('the server is down');
        for (const { type, runId } of events) console.log(runId, type);
      },
    });
    autolog({ logEvals: true, sinks: [sink], journal: { dir: ${JSON.stringify(dir)} }, silent: true });
    await new Evaluate({ devset: [{ q: 1 }], metric: () => 1 }).evaluate({ forward: () => ({ a: 1 }) });
    ${down ? "console.log('evaluated'); setInterval(() => {}, 1000);" : ''}
  `;
}

describe('what an earlier process could not deliver', function () {
  this.timeout(60_000);

  it('is delivered by the next one that starts with the same sink, once, before or after a kill', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ax-autolog-left-'));
    try {
      const killed = await runChild(app(dir, true), { killWhen: 'evaluated' });
      expect(killed.signal).to.equal('SIGKILL');
      const [left] = readdirSync(dir).filter((name) => name !== '.gitignore');
      const next = await runChild(app(dir, false));
      expect(next.code).to.equal(0);
      const lines = next.stdout.trim().split('\n');
      const of = (own: boolean): string[] =>
        lines.filter((line) => line.startsWith(`${left} `) === !own).map((line) => line.split(' ')[1] ?? '');
      const all = ['onRunStart', 'onEvalStart', 'onTraceEnd', 'onExampleEnd', 'onEvalEnd', 'onRunEnd'];
      expect(of(true)).to.deep.equal(all);
      expect(of(false)).to.deep.equal(all);
      const last = await runChild(app(dir, false));
      expect(last.stdout.trim().split('\n')).to.have.length(all.length);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
