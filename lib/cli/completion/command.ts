import { Argument, type Command, Option } from 'commander';
import { oneLine } from '../../analysis/format/text.js';
import { terminalText } from '../../contract/visible-text.js';
import type { CommandContext } from '../output.js';
import { complete } from './complete.js';
import { SCRIPTS, SHELLS, type Shell } from './scripts.js';

/** Adds `completion` to the command line, and the hidden command `__complete` that its scripts call. */
export function addCompletion(program: Command, { output }: CommandContext): void {
  program
    .command('completion')
    .description('prints a script that completes commands, options, runs and trials in your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .action((shell: Shell) => output.line(SCRIPTS[shell].trimEnd()));
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .addOption(new Option('--describe <separator>', 'add a description to each').choices([':', '\t', '\\t']))
    .action((words: readonly string[], { describe }: { readonly describe?: string }) => {
      for (const { value, about } of complete(program, words)) {
        // The shell would split a value at its line break or tab, and obey or hide other control characters.
        if (!/[\n\t]/.test(value) && terminalText(value) === value)
          output.line(describe === undefined ? value : described(value, about, describe));
      }
    });
}

function described(value: string, about: string, separator: string): string {
  const text = oneLine(about).slice(0, 80);
  const [escaped, between] = separator === ':' ? [value.replaceAll(':', '\\:'), ':'] : [value, '\t'];
  return text === '' ? escaped : `${escaped}${between}${text}`;
}
