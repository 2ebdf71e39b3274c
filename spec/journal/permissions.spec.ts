import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { autolog, shutdown, startRun } from 'ax-autolog';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { loadConfig } from '../../lib/setup/config-file.js';
import { temporaryFolder } from './events.js';

/** Permission bits of everything in a folder, by kind. */
function modesIn(dir: string): { readonly folders: Set<number>; readonly files: Set<number> } {
  const found = { folders: new Set([statSync(dir).mode & 0o777]), files: new Set<number>() };
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
    (entry.isDirectory() ? found.folders : found.files).add(mode);
  }
  return found;
}

async function record(options: Parameters<typeof autolog>[0]): Promise<void> {
  autolog({ sinks: ['files', 'report'], ...options });
  await startRun({ runName: 'run' }, async (run) => {
    run.logMetric('m', 1);
    run.logArtifact('big.json', { text: 'x'.repeat(200_000) });
  });
  await shutdown();
  autolog({ disable: true });
}

if (process.platform !== 'win32')
  describe('permissions of a journal', () => {
    let folder: ReturnType<typeof temporaryFolder>;
    beforeEach(() => {
      folder = temporaryFolder();
    });
    afterEach(() => {
      delete process.env.AX_AUTOLOG_JOURNAL_MODE;
      folder.remove();
    });

    it('are the owner’s alone', async () => {
      const dir = join(folder.dir, 'journals');
      await record({ journal: { dir } });
      const { folders, files } = modesIn(dir);
      expect([...folders], 'folders').to.deep.equal([0o700]);
      expect([...files], 'files').to.deep.equal([0o600]);
    });

    for (const way of ['option', 'environment'] as const) {
      it(`are a team’s by the ${way}`, async () => {
        const dir = join(folder.dir, 'journals');
        if (way === 'environment') process.env.AX_AUTOLOG_JOURNAL_MODE = '770';
        await record({ journal: way === 'option' ? { dir, mode: 0o770 } : { dir } });
        const { folders, files } = modesIn(dir);
        expect([...folders], 'folders').to.deep.equal([0o770]);
        expect([...files], 'files').to.deep.equal([0o660]);
      });
    }

    it('must leave the owner all rights', async () => {
      for (const mode of [0o600, 0o077, 0o7777, 1.5, '770'] as number[]) {
        expect(() => autolog({ journal: { mode } }), String(mode)).to.throw(/AXL_BAD_OPTIONS.*mode \(permission bits/);
      }
      for (const text of ['600', 'rwx', '7', '0o900', '77000']) {
        const failed = await loadConfig(folder.dir, { AX_AUTOLOG_JOURNAL_MODE: text }).catch(String);
        expect(failed, text).to.match(/AXL_CONFIG_INVALID: AX_AUTOLOG_JOURNAL_MODE must be three octal digits/);
      }
    });

    it('may belong to a folder that is reached by a link', async () => {
      mkdirSync(join(folder.dir, 'real'));
      symlinkSync(join(folder.dir, 'real'), join(folder.dir, 'way'));
      await record({ journal: { dir: join(folder.dir, 'way') } });
      const [run = ''] = readdirSync(join(folder.dir, 'real')).filter((name) => !name.startsWith('.'));
      expect(readdirSync(join(folder.dir, 'real', run))).to.include.members([
        'events.jsonl',
        'report.html',
        'run.json',
      ]);
      rmSync(join(folder.dir, 'way'));
    });
  });
