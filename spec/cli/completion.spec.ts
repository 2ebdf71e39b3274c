import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { compileGEPA, type Journal, journalOf } from '../analysis/history/compiled.js';
import { cli, inBash } from './command-line.js';

describe('completion', function () {
  this.timeout(60_000);
  let journal: Journal;
  let id = '';
  before(async () => {
    journal = await journalOf(
      () => compileGEPA({ seed: 4, numTrials: 4 }),
      () => compileGEPA({ seed: 5, numTrials: 3 }),
    );
    id = journal.runIds[0] as string;
  });
  after(() => journal.remove());

  /** What a real bash offers behind these words, the last of which is unfinished. */
  const inShell = async (...words: readonly string[]) => {
    const quoted = ['ax-autolog', ...words].map((word) => `'${word}'`).join(' ');
    const { text, notes } = await inBash(
      `eval "$(ax-autolog completion bash)"
      COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}
      $(complete -p ax-autolog | sed 's/.*-F \\([^ ]*\\).*/\\1/') ax-autolog
      printf '%s\\n' "\${COMPREPLY[@]}"`,
      { AX_AUTOLOG_DIR: journal.dir },
    );
    expect(notes).to.equal('');
    return text.split('\n').filter((line) => line !== '');
  };

  it('offers commands', async () => {
    expect(await inShell('')).to.include.members([
      'ls',
      'show',
      'diff',
      'best',
      'report',
      'ui',
      'prune',
      'export',
      'sync',
      'doctor',
    ]);
    expect(await inShell('s')).to.deep.equal(['show', 'sync']);
    expect(await inShell('__c')).to.deep.equal([]);
  });

  it('offers no command that the page on the command line leaves out', async () => {
    const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
    const commands = (await inShell('')).filter((name) => name !== 'help');
    expect(commands.filter((name) => !page.includes(`\n## ${name}\n`))).to.deep.equal([]);
  });

  it('offers options and their values', async () => {
    expect(await inShell('ls', '--s')).to.deep.equal(['--status']);
    expect(await inShell('ls', '--status', 'f')).to.deep.equal(['finished', 'failed']);
    expect(await inShell('completion', '')).to.deep.equal(['bash', 'zsh', 'fish']);
  });

  it('offers runs, the latest first, also behind options', async () => {
    expect(await inShell('show', '')).to.deep.equal([...journal.runIds].reverse().concat('latest'));
    expect(await inShell('show', '--json', id.slice(0, -3))).to.deep.equal([id]);
    expect(await inShell('show', '--dir', '/nowhere', '')).to.deep.equal([]);
  });

  it('offers the trials of the run that was named', async () => {
    expect(await inShell('show', id, '--trial', 'eval_full')).to.include('eval_full_0');
    const offered = await inShell('diff', id, '');
    expect(offered).to.include.members(['seed', 'best', 'eval_full_0', ...journal.runIds]);
    expect(await inShell('diff', id, 'seed', 'eval_m')).to.include('eval_minibatch_0');
  });

  it('leaves files to the shell, and runs nothing that stands on the line', async () => {
    expect(await inShell('best', id, '-o', '')).to.deep.equal([]);
    const folder = mkdtempSync(join(tmpdir(), 'axl-completion-'));
    expect(await inShell('show', `$(rm -r ${folder})`)).to.deep.equal([]);
    expect(existsSync(folder)).to.equal(true);
    rmSync(folder, { recursive: true });
  });

  it('says what each is, for shells that show it', async () => {
    const { text } = await cli(['__complete', '--describe', ':', '--', 'show', '--dir', journal.dir, id.slice(0, -1)]);
    expect(text).to.match(new RegExp(`^${id}:GEPA, finished, \\d{4}-\\d\\d-\\d\\d \\d\\d\\\\?:`));
    const tabbed = await cli(['__complete', '--describe', '\t', '--', 'sh']);
    expect(tabbed.text).to.match(/^show\tshows a run/);
  });

  it('writes a script for each shell, and refuses others', async () => {
    for (const [shell, part] of [
      ['bash', 'complete '],
      ['zsh', '#compdef ax-autolog'],
      ['fish', 'complete -c ax-autolog'],
    ] as const)
      expect((await cli(['completion', shell])).text).to.include(part);
    expect((await cli(['completion', 'cmd'])).code).to.equal(2);
  });
});
