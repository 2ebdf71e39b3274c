import { dirname, join, normalize } from 'node:path';
import ts from 'typescript-5';

/** Texts of source files by path. */
export type Files = ReadonlyMap<string, string>;

/** One import of a file, by whatever syntax; imports of types are counted too. */
export interface Import {
  readonly from: string;
  readonly specifier: string;
  /** The file that a relative specifier names; `null` for a package. */
  readonly to: string | null;
  readonly dynamic: boolean;
}

/** Parses a source file. */
export function parse(path: string, text: string): ts.SourceFile {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, kind);
}

/** Calls `visit` with every node of a tree. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The expression that names the module, if a node is an import or a re-export. */
function moduleOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0];
  return undefined;
}

/** The source file that a relative specifier names. The compiler's output is what is imported: `./x.js` is `x.ts`. */
function resolve(from: string, specifier: string, files: Files): string | null {
  if (!specifier.startsWith('.')) return null;
  const path = normalize(join(dirname(from), specifier)).replaceAll('\\', '/');
  const sources = [path.replace(/\.js$/, '.ts'), path.replace(/\.jsx?$/, '.tsx'), path];
  return sources.find((source) => files.has(source)) ?? sources[0] ?? path;
}

/** Every import of every file. */
export function importsOf(files: Files): readonly Import[] {
  return [...files].flatMap(([from, text]) => {
    const found: Import[] = [];
    walk(parse(from, text), (node) => {
      const module = moduleOf(node);
      if (module === undefined || !ts.isStringLiteralLike(module)) return;
      const to = resolve(from, module.text, files);
      found.push({ from, specifier: module.text, to, dynamic: ts.isCallExpression(node) });
    });
    return found;
  });
}

/** Groups of files that import each other, directly or through others. Tarjan's algorithm. */
export function circles(imports: readonly Import[]): readonly (readonly string[])[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) if (to !== null) targets.set(from, [...(targets.get(from) ?? []), to]);
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const low = (path: string) => lowest.get(path) ?? Number.POSITIVE_INFINITY;

  const visit = (path: string): void => {
    index.set(path, index.size);
    lowest.set(path, index.size - 1);
    stack.push(path);
    for (const target of targets.get(path) ?? []) {
      if (!index.has(target)) visit(target);
      // Files off the stack belong to a group that is complete.
      if (stack.includes(target)) lowest.set(path, Math.min(low(path), low(target)));
    }
    if (low(path) !== index.get(path)) return;
    const group = stack.splice(stack.indexOf(path));
    if (group.length > 1 || targets.get(path)?.includes(path)) found.push(group.sort());
  };
  for (const path of targets.keys()) if (!index.has(path)) visit(path);
  return found;
}
