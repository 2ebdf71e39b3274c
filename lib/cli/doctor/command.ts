import type { Command } from 'commander';
import { oneLine } from '../../analysis/format/text.js';
import { type CommandContext, writeJson } from '../output.js';
import { checkAll } from './checks.js';

const MARKS = { ok: 'ok      ', warning: 'warning ', failed: 'failed  ' } as const;
const COLORS = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

/** Adds `doctor` to the command line. */
export function addDoctor(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('checks node, ax, configuration, journal and server, and advises how to fix problems')
    .option('--json', 'print a JSON array instead of text')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const checks = await checkAll(process.cwd(), process.env);
      if (checks.some(({ status }) => status === 'failed')) context.incomplete();
      if (json) {
        writeJson(context, checks);
        return;
      }
      for (const { name, status, detail, advice } of checks) {
        context.output.line(`${context.paint(COLORS[status], MARKS[status])}${name.padEnd(9)}${oneLine(detail)}`);
        if (advice !== null) context.output.line(`${' '.repeat(17)}→ ${advice}`);
      }
    });
}
