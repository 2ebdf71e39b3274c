import type { Argument, Command, Option } from 'commander';
import { moment } from '../../analysis/format/formats.js';
import { oneLine } from '../../analysis/format/text.js';
import { readRunHistory } from '../../analysis/node.js';
import { listRuns } from '../../journal/reader.js';
import { defaultJournalDir } from '../../support/settings.js';
import { findRun } from '../find-run.js';

/** One completion of a word. */
export interface Completion {
  /** The complete word. */
  readonly value: string;
  /** Description, for shells that show it. */
  readonly about: string;
}

/** An unfinished command line. */
interface Typed {
  readonly command: Command;
  /** Words that are neither options nor their values. */
  readonly operands: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  /** The option whose value is being typed. */
  readonly open: Option | undefined;
}

/**
 * Returns the completions of the last word: commands, options and their values, runs, trials. Empty if the word may be
 * a file name. Never throws.
 *
 * @param words the words after the program's name, the last one unfinished
 */
export function complete(program: Command, words: readonly string[]): Completion[] {
  const current = words.at(-1) ?? '';
  try {
    return completionsOf(program, words.slice(0, -1), current).filter(({ value }) => value.startsWith(current));
  } catch {
    return [];
  }
}

function completionsOf(program: Command, before: readonly string[], current: string): readonly Completion[] {
  const name = before.find((word) => !word.startsWith('-'));
  if (name === undefined) return [...(current.startsWith('-') ? optionsOf(program) : commandsOf(program))];
  if (name === 'help') return commandsOf(program);
  const command = program.commands.find((one) => one.name() === name || one.aliases().includes(name));
  if (!command) return [];
  const typed = parse(command, before.slice(before.indexOf(name) + 1));
  if (typed.open) return valuesOf(typed.open, typed);
  if (current.startsWith('-')) return optionsOf(command);
  const { registeredArguments } = command;
  const argument =
    registeredArguments[typed.operands.length] ?? registeredArguments.findLast(({ variadic }) => variadic);
  return argument ? operandsFor(argument, typed) : [];
}

function parse(command: Command, words: readonly string[]): Typed {
  const operands: string[] = [];
  const options = new Map<string, string>();
  let open: Option | undefined;
  for (const word of words) {
    if (open) {
      options.set(open.attributeName(), word);
      open = undefined;
    } else if (!word.startsWith('-')) operands.push(word);
    else open = command.options.find(({ long, short, required }) => required && (long === word || short === word));
  }
  return { command, operands, options, open };
}

function commandsOf(program: Command): Completion[] {
  const visible = program.createHelp().visibleCommands(program);
  return visible.map((command) => ({ value: command.name(), about: command.description() }));
}

function optionsOf(command: Command): Completion[] {
  const visible = command.createHelp().visibleOptions(command);
  return visible.flatMap(({ long, description }) => (long ? [{ value: long, about: description }] : []));
}

function valuesOf(option: Option, typed: Typed): Completion[] {
  if (option.argChoices) return option.argChoices.map((value) => ({ value, about: '' }));
  return option.attributeName() === 'trial' ? trialsOf(typed) : [];
}

function operandsFor(argument: Argument, typed: Typed): Completion[] {
  if (argument.argChoices) return argument.argChoices.map((value) => ({ value, about: '' }));
  if (/^runs?$/.test(argument.name())) return runsIn(typed);
  if (argument.name() === 'before') return [...trialsOf(typed), ...runsIn(typed)];
  return argument.name() === 'after' ? trialsOf(typed) : [];
}

function runsIn({ options }: Typed): Completion[] {
  const runs = listRuns(options.get('dir') ?? defaultJournalDir()).map(({ runId, name, status, startTime }) => ({
    value: runId,
    about: `${oneLine(name)}, ${status}, ${moment(startTime)}`,
  }));
  return runs.length > 0 ? [...runs, { value: 'latest', about: 'the run that started last' }] : [];
}

function trialsOf({ operands: [run = ''], options }: Typed): Completion[] {
  const dir = options.get('dir');
  const { trials } = readRunHistory(findRun(run, dir === undefined ? {} : { dir }).runDir, { detail: 'outline' });
  const names = trials.map(({ name, index, score, phase }) => ({
    value: oneLine(name ?? String(index)),
    about: [score === null ? '' : `score ${score}`, oneLine(phase ?? '')].filter(Boolean).join(', '),
  }));
  return [
    { value: 'seed', about: "the seed's full evaluation" },
    { value: 'best', about: 'the best full evaluation' },
    ...names,
  ];
}
