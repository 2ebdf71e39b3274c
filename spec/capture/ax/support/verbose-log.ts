/** What GEPA's own verbose log says, in order. */
export type Line =
  | { readonly kind: 'evaluation'; readonly phase: string; readonly n: number; readonly scores: string[] }
  | { readonly kind: 'accepted' | 'rejected'; readonly child: string; readonly parent: string }
  | { readonly kind: 'merge accepted' }
  | { readonly kind: 'early stop' };

/** Runs `fn` and returns what GEPA printed, and the console as it was. */
export async function capturing(fn: () => Promise<unknown>): Promise<{ lines: string[]; error: unknown }> {
  const { log, warn } = console;
  const lines: string[] = [];
  console.log = (...args: unknown[]) => {
    if (typeof args[0] === 'string' && args[0].startsWith('[GEPA] ')) lines.push(args[0].slice('[GEPA] '.length));
  };
  console.warn = () => {};
  let error: unknown;
  try {
    await fn();
  } catch (thrown) {
    error = thrown;
  } finally {
    console.log = log;
    console.warn = warn;
  }
  return { lines, error };
}

/** The log, read. An adapter that fails makes GEPA evaluate its batch again: only the second time counts. */
export function readLog(lines: readonly string[]): Line[] {
  const read: Line[] = [];
  let evaluation: Extract<Line, { kind: 'evaluation' }> | undefined;
  for (const line of lines) {
    const started = /^(.+): evaluating (\d+) examples?$/.exec(line);
    const completed = /: completed \d+\/\d+ \(score=(.+)\)$/.exec(line);
    const decided = /: (Accepted|Rejected) \(child=(\S+) (?:>|<=) parent=(\S+)\)$/.exec(line);
    if (started) {
      evaluation = { kind: 'evaluation', phase: started[1] as string, n: Number(started[2]), scores: [] };
      read.push(evaluation);
    } else if (completed) evaluation?.scores.push(completed[1] as string);
    else if (line.startsWith('Evaluation adapter failed')) evaluation?.scores.splice(0);
    else if (decided) {
      const kind = decided[1] === 'Accepted' ? 'accepted' : 'rejected';
      read.push({ kind, child: decided[2] as string, parent: decided[3] as string });
    } else if (line.includes(': Merge accepted')) read.push({ kind: 'merge accepted' });
    else if (line.startsWith('Early stopping')) read.push({ kind: 'early stop' });
  }
  return read;
}

/** Runs `fn` without what ax prints. */
export async function quiet<T>(fn: () => Promise<T>): Promise<T> {
  const { log, warn } = console;
  console.log = () => {};
  console.warn = () => {};
  try {
    return await fn();
  } finally {
    console.log = log;
    console.warn = warn;
  }
}
