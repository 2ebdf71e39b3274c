import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { type BrowserLookup, browserLookup } from '../fixtures/browser.js';

describe('scripts/browser.mjs', () => {
  let lookup: BrowserLookup;
  let folder = '';

  const program = (path: string): string => {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '', { mode: 0o755 });
    return file;
  };
  const find = (env: NodeJS.ProcessEnv, places: readonly string[] = []) => lookup.findBrowser(env, places);

  before(async () => {
    lookup = await browserLookup();
    folder = mkdtempSync(join(tmpdir(), 'ax-autolog-browser-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('takes the one that CHROMIUM names, by path or by name', () => {
    const mine = program('mine/my-chrome');
    expect(find({ CHROMIUM: mine, PATH: '' })).to.equal(mine);
    expect(find({ CHROMIUM: 'my-chrome', PATH: join(folder, 'mine') })).to.equal(mine);
  });

  it('says so when CHROMIUM names none', () => {
    expect(() => find({ CHROMIUM: '/no/such/browser', PATH: '' })).to.throw(
      /CHROMIUM must be .*, got '\/no\/such\/browser'/,
    );
  });

  it('finds Chromium before Chrome on the path, then in the usual places', () => {
    const [chrome, chromium] = [program('a/google-chrome'), program('b/chromium')];
    const path = [join(folder, 'a'), join(folder, 'b')].join(delimiter);
    expect(find({ PATH: path })).to.equal(chromium);
    expect(find({ PATH: join(folder, 'a') })).to.equal(chrome);
    expect(find({ PATH: '' }, ['/no/such/browser', chrome])).to.equal(chrome);
  });

  it('says what to install when there is none', () => {
    mkdirSync(join(folder, 'empty/chromium'), { recursive: true });
    expect(() => find({ PATH: join(folder, 'empty') })).to.throw(/need Chromium or Chrome.*apt-get install chromium/);
  });
});
