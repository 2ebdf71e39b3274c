import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ERROR_CODES } from '../../lib/contract/errors.js';
import { EVENT_TYPES } from '../../lib/contract/events.js';
import { ROOT, read, readJson, repositoryFiles } from './tree.js';

interface Manifest {
  readonly version: string;
  readonly exports: Record<string, { readonly types: string }>;
  readonly scripts: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const files = repositoryFiles();
const pages = files.filter((path) => path.endsWith('.md') && !path.startsWith('spec/'));
const docs = pages.filter((path) => path.startsWith('docs/'));
const manifest = readJson<Manifest>('package.json');

/** Headings of a page outside of code blocks, without their `#`. */
function headings(path: string, level = '#+'): string[] {
  const prose = read(path).replace(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(new RegExp(`^(?:${level}) (.+)$`, 'gm'))].map((match) => match[1]?.trim() ?? '');
}

/** The anchor that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** The text under a heading of level 2. */
function section(path: string, heading: string): string {
  return (
    read(path)
      .split(/^## /m)
      .find((part) => part.startsWith(`${heading}\n`)) ?? ''
  );
}

/** Relative links of a page that lead nowhere. */
function deadLinks(path: string, text = read(path)): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [file = '', fragment] = target.split('#');
    const resolved = file === '' ? path : normalize(join(dirname(path), file));
    if (!existsSync(join(ROOT, resolved))) return true;
    return fragment !== undefined && !headings(resolved).map(anchor).includes(fragment);
  });
}

/** Entries of the package that are imported by name, without those that only plugins' pages describe. */
const ENTRIES = ['.', './sink', './analysis', './analysis/node', './testing'];

/** The source of an entry of the package. */
function sourceOf(entry: string): string {
  const { types } = manifest.exports[entry] ?? expect.fail(`there is no entry ${entry}`);
  return types.replace(/^\.\/dist\//, '').replace(/\.d\.ts$/, '.ts');
}

/** Names that a module exports, types included. */
function exportedNames(path: string): string[] {
  const text = read(path);
  const declared = [...text.matchAll(/^export (?:interface|type|const|function\*?|class) (\w+)/gm)].map(
    (match) => match[1] ?? '',
  );
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map((match) => match[1] ?? '');
  const names = lists.flatMap((list) => list.split(',')).map((name) => name.replace(/.*\bas\b|\btype\b/g, '').trim());
  const modules = [...text.matchAll(/^export (?:type )?\* from '(\..+)\.js'/gm)].map((match) =>
    normalize(join(dirname(path), `${match[1]}.ts`)),
  );
  return [...declared, ...names, ...modules.flatMap(exportedNames)].filter((name) => name !== '');
}

/** Names of a module's exports whose docstring has `@experimental`. */
function experimental(text: string): string[] {
  const marked = /@experimental(?:(?!\*\/)[\s\S])*\*\/\nexport (?:interface|type|const|function|class) (\w+)/g;
  return [...text.matchAll(marked)].map((match) => match[1] ?? '');
}

describe('documentation', () => {
  it('has a section for every error code, and for no other', () => {
    expect(headings('docs/errors.md', '##').sort()).to.deep.equal(Object.keys(ERROR_CODES).sort());
  });

  for (const code of Object.keys(ERROR_CODES)) {
    it(`says of ${code} what it means, why it happens and what to do`, () => {
      const text = section('docs/errors.md', code);
      for (const part of ['**Meaning.**', '**Cause.**', '**What to do.**']) expect(text).to.include(part);
    });
  }

  it('has a section for every hook, and for no other', () => {
    const hooks = headings('docs/hooks.md', '###').filter((heading) => /^on[A-Z]/.test(heading));
    expect(hooks.sort()).to.deep.equal([...EVENT_TYPES].sort());
  });

  for (const entry of ENTRIES) {
    it(`names every export of the package's entry ${entry}`, () => {
      const all = docs.map(read).join('\n');
      const names = exportedNames(sourceOf(entry));
      expect(names).to.not.deep.equal([]);
      expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(all))).to.deep.equal([]);
    });
  }

  it('would notice an export that no page names', () => {
    expect(exportedNames(sourceOf('.'))).to.include.members(['trackCompile', 'AnyEvent']);
    expect(exportedNames(sourceOf('./sink'))).to.include.members([
      'rebuildable',
      'Rebuildable',
      'AnyEvent',
      'SpanData',
    ]);
    expect(exportedNames(sourceOf('./analysis/node'))).to.include.members(['RunFollower', 'sizesOf']);
  });

  it('says of every export that may still change that it is experimental', () => {
    const marked = files.filter((path) => /^lib\/.*\.ts$/.test(path)).flatMap((path) => experimental(read(path)));
    expect(marked).to.include.members(['setSpanBridge', 'currentPlace', 'RunFollower']);
    const lines = docs.flatMap((path) => read(path).split('\n')).filter((line) => line.includes('`@experimental`'));
    expect(marked.filter((name) => !lines.some((line) => new RegExp(`\\b${name}\\b`).test(line)))).to.deep.equal([]);
  });

  it('names every environment variable that is read, and no other', () => {
    const used = (paths: readonly string[]) =>
      [...new Set(paths.flatMap((path) => read(path).match(/\bAX_AUTOLOG_[A-Z_]+/g) ?? []))].sort();
    const code = files.filter((path) => /^(lib|plugins)\/.*\.ts$/.test(path));
    expect(used(['docs/guide.md'])).to.deep.equal(used(code));
  });

  it('has only links that lead somewhere', () => {
    expect(pages.flatMap((path) => deadLinks(path).map((target) => `${path}: ${target}`))).to.deep.equal([]);
  });

  it('would notice a dead link', () => {
    const planted = '[a](nowhere.md) [b](errors.md#nowhere) [c](errors.md#axl_no_method) [d](../README.md)';
    expect(deadLinks('docs/guide.md', planted)).to.deep.equal(['nowhere.md', 'errors.md#nowhere']);
  });

  it('names only commands that exist', () => {
    const named = pages.flatMap((path) =>
      [...read(path).matchAll(/\bnpm (?:run ([\w:-]+)|(start|test))\b/g)].map((match) => match[1] ?? match[2] ?? ''),
    );
    expect(named).to.include.members(['start', 'test']);
    expect(named.filter((name) => !(name in manifest.scripts))).to.deep.equal([]);
  });

  it('names only files and folders that exist', () => {
    const named = pages.flatMap((path) =>
      [...read(path).matchAll(/`((?:lib|plugins|samples|spec|docs|bench|scripts)\/[\w./-]*)`/g)].map(
        (match) => match[1] ?? '',
      ),
    );
    expect(named).to.not.deep.equal([]);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).to.deep.equal([]);
  });

  it('has the version in the change log', () => {
    expect(headings('CHANGELOG.md', '##').some((heading) => heading.startsWith(manifest.version))).to.equal(true);
  });

  it('pins every development dependency exactly', () => {
    const loose = Object.entries(manifest.devDependencies).filter(
      ([, version]) => !/^(npm:[^@]+@|npm:@[^@]+@)?\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).to.deep.equal([]);
  });
});
