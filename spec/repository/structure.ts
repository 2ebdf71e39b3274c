import ts from 'typescript-5';
import { floorOf, floors } from './floors.js';
import { type Files, type Import, parse, walk } from './imports.js';

/** The most that a folder, file or function holds. */
export const LIMITS = { root: 17, folder: 18, fileLines: 250, functionLines: 40 };

/** The folder of a path. */
const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'));

/** Name of the plugin that a file belongs to. */
const pluginOf = (path: string) => /^plugins\/([^/]+)\//.exec(path)?.[1] ?? null;

const arrow = ({ from, to, specifier }: Import) => `${from} imports ${to ?? specifier}`;

/** Entries of lib/ itself, files and folders, if they are too many. */
export function rootEntries(paths: readonly string[]): readonly string[] {
  const entries = new Set(paths.flatMap((path) => /^lib\/([^/]+)/.exec(path)?.[1] ?? []));
  return entries.size > LIMITS.root ? [`lib/ has ${entries.size} entries: ${[...entries].join(', ')}`] : [];
}

/** Folders with too many files directly in them. */
export function fullFolders(paths: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const folder of paths.map(folderOf)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  return [...counts].flatMap(([folder, count]) => (count > LIMITS.folder ? [`${folder}/ has ${count} files`] : []));
}

/** Files of lib/ that are on no floor. */
export function withoutFloor(files: Files): readonly string[] {
  return [...files.keys()].filter((path) => path.startsWith('lib/') && floorOf(path) === null);
}

/** Imports within lib/ from a floor above. */
export function upward(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ from, to }) => {
      if (!from.startsWith('lib/') || !to?.startsWith('lib/')) return false;
      const [floor, other] = [floorOf(from), floorOf(to)];
      return floor !== null && other !== null && !floors.IMPORTS[floor]?.includes(other);
    })
    .map(arrow);
}

/** Imports of files of `capture/ax`, other than its index, by the floors of `capture` above it. */
export function pastTheDoor(imports: readonly Import[]): readonly string[] {
  const above = floors.FLOORS.slice(0, floors.FLOORS.indexOf('capture/ax'));
  return imports
    .filter(({ from, to }) => {
      const inside = to?.startsWith('lib/capture/ax/') && to !== 'lib/capture/ax/index.ts';
      return inside && from.startsWith('lib/capture/') && above.includes(floorOf(from) ?? '');
    })
    .map(arrow);
}

/** Imports out of lib/: plugins that are not loaded dynamically by a floor that may, and ax outside of its folder. */
export function outOfLib(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ from, to, specifier, dynamic }) => {
      const floor = floorOf(from);
      if (!from.startsWith('lib/') || floor === null) return false;
      if (to === null) return /^(ax-autolog|@ax-llm\/ax)(\/|$)/.test(specifier) && !isAx(floor, specifier);
      if (to.startsWith('plugins/')) return !(dynamic && floors.LOADS_PLUGINS.includes(floor));
      return !to.startsWith('lib/');
    })
    .map(arrow);
}

const isAx = (floor: string, specifier: string) => floor === 'capture/ax' && specifier.startsWith('@ax-llm/ax');

/** Imports of plugins that are neither their own files nor a public entry, by name. */
export function outOfPlugins(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ from, to, specifier }) => {
      if (!from.startsWith('plugins/')) return false;
      if (to !== null) return pluginOf(from) === null || pluginOf(to) !== pluginOf(from);
      return /^(ax-autolog|@ax-llm\/ax)(\/|$)/.test(specifier) && !floors.PUBLIC_ENTRIES.includes(specifier);
    })
    .map(arrow);
}

/** Imports of Node's modules, and of the journal, by what also runs in browsers. */
export function notPure(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ from, to, specifier }) => {
      if (!from.startsWith('lib/analysis/') || from === 'lib/analysis/node.ts') return false;
      return specifier.startsWith('node:') || to === 'lib/analysis/node.ts' || to?.startsWith('lib/journal/');
    })
    .map(arrow);
}

/** Plugins that are no folder with an index.ts. */
export function loosePlugins(paths: readonly string[]): readonly string[] {
  const loose = paths.filter((path) => /^plugins\/[^/]+$/.test(path));
  const names = new Set(paths.flatMap((path) => pluginOf(path) ?? []));
  return [...loose, ...[...names].map((name) => `plugins/${name}/index.ts`).filter((path) => !paths.includes(path))];
}

/** Files with too many lines, blank lines counted. */
export function longFiles(files: Files): readonly string[] {
  return [...files].flatMap(([path, text]) => {
    const count = text.replace(/\n$/, '').split('\n').length;
    return count > LIMITS.fileLines ? [`${path} has ${count} lines`] : [];
  });
}

/** Functions with too many lines from their first to their last, blank lines not counted. */
export function longFunctions(files: Files): readonly string[] {
  return [...files].flatMap(([path, text]) => {
    const source = parse(path, text);
    const found: string[] = [];
    walk(source, (node) => {
      if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
      const start = node.getStart(source);
      const count = text
        .slice(start, node.end)
        .split('\n')
        .filter((line) => line.trim() !== '').length;
      const { line } = source.getLineAndCharacterOfPosition(start);
      if (count > LIMITS.functionLines) found.push(`${path}:${line + 1} has a function of ${count} lines`);
    });
    return found;
  });
}
