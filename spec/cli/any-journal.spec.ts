import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunHistory } from 'ax-autolog/analysis';
import { expect } from 'chai';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { anyEvents } from '../contract/arbitrary.js';
import { cli } from './command-line.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const DRIVES_A_TERMINAL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const TURNS_TEXT_ROUND = /[\u202a-\u202e\u2066-\u2069]/;

describe('the commands on any journal', function () {
  this.timeout(120_000);
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'axl-any-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('answer without an error of their own, and with nothing that drives a terminal', async () => {
    const runDir = join(dir, 'run-a');
    mkdirSync(runDir);
    await fc.assert(
      fc.asyncProperty(anyEvents(['run-a']), async (events) => {
        writeFileSync(join(runDir, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
        const { trials } = (await cli(['show', runDir, '--json'])).json<RunHistory>();
        const [first = '0', last = '0'] = [trials[0], trials.at(-1)].map((trial) => trial?.trialId);
        for (const args of [
          ['ls', dir],
          ['ls', dir, '--json'],
          ['show', runDir, '--json'],
          ['export', runDir, '--jsonl', '--table', 'candidates'],
          ['show', runDir],
          ['show', runDir, '--trial', first],
          ['diff', runDir, first, last],
          ['diff', runDir, runDir],
          ['best', runDir],
          ['export', runDir, '--csv', '--table', 'examples'],
          ['__complete', '--', 'show', runDir, '--trial', ''],
        ]) {
          const { code, text, notes } = await cli(args, { columns: 70 });
          const needsTrial = args.includes('--trial') || (args[0] === 'diff' && args.length === 4);
          expect(
            args[0] === 'best' || (needsTrial && trials.length === 0) ? [0, 2] : [0],
            `${args.join(' ')}: ${notes}`,
          ).to.include(code);
          expect((text + notes).replaceAll('\r', ''), args.join(' ')).to.not.match(DRIVES_A_TERMINAL);
          if (!args.includes('--csv')) expect(text + notes, args.join(' ')).to.not.match(TURNS_TEXT_ROUND);
        }
      }),
      { numRuns: 80 },
    );
  });
});
