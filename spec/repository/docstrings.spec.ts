import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import ts from 'typescript-5';
import { ROOT } from './tree.js';

/** Source of each entry of the package whose names are all documented. */
const ENTRIES: Readonly<Record<string, string>> = {
  '.': 'lib/index.ts',
  './sink': 'lib/sink.ts',
  './testing': 'lib/testing.ts',
  './analysis': 'lib/analysis/index.ts',
  './analysis/node': 'lib/analysis/node.ts',
};

const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile) as { config: object };
const { options } = ts.parseJsonConfigFileContent({ ...config, files: Object.values(ENTRIES) }, ts.sys, ROOT);

/** Walks from the exports of an entry to the members of its types, and on to the types that these name. */
class Walk {
  /** Whether each name has a docstring, by file and name. */
  readonly documented = new Map<string, boolean>();
  readonly #checker: ts.TypeChecker;
  readonly #visited = new Set<ts.Symbol>();

  constructor(checker: ts.TypeChecker, entry: ts.SourceFile | undefined) {
    this.#checker = checker;
    const module = entry && checker.getSymbolAtLocation(entry);
    for (const symbol of module ? checker.getExportsOfModule(module) : []) this.#visit(symbol, symbol.name);
  }

  #visit(symbol: ts.Symbol, name: string): void {
    const target = symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    const declarations = (target.declarations ?? []).filter(isOurs);
    const [first] = declarations;
    if (first === undefined || this.#visited.has(target)) return;
    this.#visited.add(target);
    const hasText = target.getDocumentationComment(this.#checker).length > 0;
    const path = first.getSourceFile().fileName.slice(ROOT.length + 1);
    if (declarations.some(needsText)) this.documented.set(`${path}: ${name}`, hasText);
    for (const declaration of declarations) this.#visitChildren(declaration, name);
  }

  /** Visits the members that a node declares and the types that it names, but not the bodies of functions. */
  #visitChildren(node: ts.Node, name: string): void {
    ts.forEachChild(node, (child) => {
      if (ts.isBlock(child) || isHidden(child)) return;
      const nameNode = nameOf(child);
      const symbol = nameNode && this.#checker.getSymbolAtLocation(nameNode);
      if (symbol !== undefined) this.#visit(symbol, isMember(child) ? `${name}.${symbol.name}` : symbol.name);
      if (symbol === undefined || !isMember(child)) this.#visitChildren(child, name);
    });
  }
}

function isOurs(node: ts.Node): boolean {
  return !node.getSourceFile().fileName.includes('node_modules');
}

function isMember(node: ts.Node): node is ts.TypeElement | ts.ClassElement {
  return ts.isTypeElement(node) || ts.isClassElement(node);
}

/** Returns whether a declaration needs a docstring. A constructor is documented by its class. */
function needsText(node: ts.Node): boolean {
  return !ts.isTypeParameterDeclaration(node) && !ts.isParameter(node) && !ts.isConstructorDeclaration(node);
}

function isHidden(node: ts.Node): boolean {
  return isMember(node) && node.name?.kind === ts.SyntaxKind.PrivateIdentifier;
}

/** Returns the node that names a declared member or a referenced type. */
function nameOf(node: ts.Node): ts.Node | undefined {
  if (isMember(node)) return node.name;
  if (ts.isTypeReferenceNode(node)) return node.typeName;
  return ts.isExpressionWithTypeArguments(node) ? node.expression : undefined;
}

describe('docstrings', () => {
  const paths = Object.values(ENTRIES).map((path) => join(ROOT, path));
  const program = ts.createProgram(paths, options);
  const names = Object.entries(ENTRIES).map(([entry, path]) => {
    const walk = new Walk(program.getTypeChecker(), program.getSourceFile(join(ROOT, path)));
    return [entry, [...walk.documented]] as const;
  });

  for (const [entry, documented] of names) {
    it(`are on every name of ${entry} and every member of its types`, () => {
      const missing = documented.flatMap(([name, hasText]) => (hasText ? [] : [name]));
      expect(missing, missing.join('\n')).to.deep.equal([]);
      expect(documented.length).to.be.above(40);
    });
  }

  it('are looked for in the members of options', () => {
    const all = names.flatMap(([, documented]) => documented.map(([name]) => name));
    expect(all).to.include('lib/capture/evaluate/types.ts: EvaluateOptions.numThreads');
  });
});
