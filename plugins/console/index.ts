import {
  describeCertificate,
  LiveScores,
  oneLine,
  type Paint,
  painter,
  type SearchVerdict,
  wantsColor,
} from 'ax-autolog/analysis';
import {
  type AnyEvent,
  AutologError,
  type Envelope,
  EVENT_TYPES,
  type EventData,
  type EventHandlers,
  handle,
  type Sink,
} from 'ax-autolog/sink';
import { barLine } from './bar.js';
import { levelOf, lineOf } from './lines.js';
import { type LineLogger, pinoOn } from './logger.js';
import { newsOf } from './news.js';
import type { Progress } from './progress.js';
import { ProgressBook } from './progress-book.js';
import { type Output, Screen } from './screen.js';
import { compileSummary, evaluationSummary } from './summary.js';

export type { LineLogger } from './logger.js';
export type { Output } from './screen.js';

/** Options of {@link consoleSink}. */
export interface ConsoleOptions {
  /** Your own pino logger, or anything with pino's `debug`, `info` and `warn`: lines go there. */
  readonly logger?: LineLogger;
  /** Where the bar, the table and, without `logger`, the lines go. Default: `process.stderr`. */
  readonly stream?: Output;
  /** A progress bar in place of lines. Default: on, when `stream` is a terminal and there is no `logger`. */
  readonly progress?: boolean;
  /** Colours. Default: on a terminal, unless `NO_COLOR` is set (https://no-color.org); `FORCE_COLOR` turns them on. */
  readonly color?: boolean;
  /** Lowest level of the lines: `debug` adds examples, LM calls and traces. Default: `info`. */
  readonly level?: 'debug' | 'info' | 'warn';
  /** A table of trials and the winner at the end of a compile. Default: on, when `stream` is a terminal. */
  readonly table?: boolean;
}

/**
 * Shows runs on the console. On a terminal: a progress bar with trial, score, best, LM calls, tokens, time so far and time
 * left; when a compile ends, a table of its trials and the winner. Elsewhere: one line of JSON an event, by pino.
 *
 * Text from models and data is shown without control characters and escape sequences.
 *
 * @throws AutologError `AXL_BAD_OPTIONS`
 * @example
 * registry.register(consoleSink({ logger: pino({ level: 'debug' }) }));
 */
export function consoleSink(options: ConsoleOptions = {}): Sink {
  check(options);
  const writer = new ConsoleWriter(options);
  const take = (event: AnyEvent): void => writer.take(event);
  return {
    ...Object.fromEntries(EVENT_TYPES.map((type) => [type, take])),
    name: 'console',
    close: () => writer.close(),
  };
}

/** A compile or evaluation that an event ended, and what the search came to. */
interface Ended {
  readonly progress: Progress | null;
  readonly verdict: SearchVerdict | null;
}

class ConsoleWriter {
  /** What is printed below the lines or the bar. `null`: nothing. */
  static readonly #summaries: EventHandlers<void, [writer: ConsoleWriter, ended: Ended]> = {
    onRunStart: null,
    onCompileStart: null,
    onEvalStart: null,
    onTrialStart: null,
    onExampleEnd: null,
    onTrialEnd: null,
    onCandidateProposed: null,
    onCandidateAccepted: null,
    onCandidateRejected: null,
    onBestChanged: null,
    onParetoChanged: null,
    onCertificate: (event, writer) => writer.#certificate(event),
    onTraceEnd: null,
    onLMCall: null,
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: ({ data }, writer) => {
      if (writer.#bar) writer.#screen.print(evaluationSummary(data, writer.#paint));
    },
    onCompileEnd: ({ data }, writer, { progress, verdict }) => {
      if (progress) writer.#summarize(progress, data, verdict);
    },
    onRunEnd: ({ runId }, writer) => writer.#forgetRun(runId),
  };

  readonly #screen: Screen;
  readonly #book = new ProgressBook();
  readonly #scores = new LiveScores();
  /** Compiles that were summed up and whose certificate is still to come, by run. */
  readonly #uncertified = new Map<string, string>();
  readonly #paint: Paint;
  readonly #bar: boolean;
  readonly #table: boolean;
  readonly #ascii = process.env.TERM === 'linux';
  readonly #output: Output;
  #logger: LineLogger | undefined;
  #closed = false;
  readonly #predictions = new Set<string>();

  readonly #options: ConsoleOptions;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#output = options.stream ?? process.stderr;
    const terminal = this.#output.isTTY === true && process.env.TERM !== 'dumb';
    this.#bar = terminal && (options.progress ?? options.logger === undefined);
    this.#table = options.table ?? terminal;
    this.#paint = painter(options.color ?? wantsColor(terminal));
    this.#screen = new Screen(this.#output);
    this.#logger = options.logger;
  }

  take(event: AnyEvent): void {
    if (this.#closed) return;
    const progress = this.#book.take(event);
    this.#scores.take(event);
    const verdict = event.type === 'onCompileEnd' ? this.#scores.end(event.compileId ?? '') : null;
    const news = this.#bar ? newsOf(event, this.#paint) : null;
    if (news !== null) this.#screen.print(news);
    if (!this.#bar || this.#options.logger) this.#line(event, verdict);
    const ended = progress !== null && this.#ends(event, progress);
    if (ended) this.#book.end(progress);
    if (this.#bar) this.#redraw();
    handle(ConsoleWriter.#summaries, event, this, { progress: ended ? progress : null, verdict });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#screen.status(null);
    for (const progress of this.#book.unfinished) this.#summarize(progress, null, null);
    this.#screen.close();
  }

  #summarize(progress: Progress, end: EventData['onCompileEnd'] | null, verdict: SearchVerdict | null): void {
    if (!this.#table) return;
    const run = this.#book.nameOf(progress.runId);
    this.#screen.print(compileSummary({ progress, end, run, verdict }, this.#screen.columns, this.#paint));
    this.#uncertified.set(progress.id, progress.runId);
  }

  /** It comes after the summary of its compile; one inside another has none. */
  #certificate({ compileId = '', data }: Envelope<'onCertificate'>): void {
    if (!this.#uncertified.delete(compileId)) return;
    const style = data.verdict === 'failed' ? 'red' : data.verdict === 'certified' ? 'green' : 'dim';
    this.#screen.print(this.#paint(style, oneLine(describeCertificate(data))));
  }

  #forgetRun(runId: string): void {
    for (const [compileId, run] of this.#uncertified) if (run === runId) this.#uncertified.delete(compileId);
  }

  #ends(event: AnyEvent, progress: Progress): boolean {
    return event.type === 'onEvalEnd' || (event.type === 'onCompileEnd' && event.compileId === progress.id);
  }

  #redraw(): void {
    const { latest, size } = this.#book;
    // One column stays free: a terminal that wraps at the last one would leave the line behind.
    this.#screen.status(latest && (() => barLine(latest, size - 1, this.#screen.columns - 1, this.#ascii)));
  }

  /** The run of predictions is no run of the user's: that there is one is a detail, like its traces. */
  #isOfPredictions(event: AnyEvent): boolean {
    if (event.type === 'onRunStart' && event.data.kind === 'predictions') this.#predictions.add(event.runId);
    return (event.type === 'onRunStart' || event.type === 'onRunEnd') && this.#predictions.has(event.runId);
  }

  #line(event: AnyEvent, verdict: SearchVerdict | null): void {
    this.#logger ??= pinoOn(this.#output, this.#options.level ?? 'info');
    const level = this.#isOfPredictions(event) ? 'debug' : levelOf(event.type);
    if (this.#logger.isLevelEnabled?.(level) === false) return;
    const line = lineOf(event, verdict);
    const time = Math.round(event.time);
    if (line)
      this.#logger[level](
        this.#options.logger ? { ...line.fields, eventTime: time } : { time, ...line.fields },
        line.message,
      );
  }
}

const OPTIONS = ['logger', 'stream', 'progress', 'color', 'level', 'table'];

function check(options: ConsoleOptions): void {
  if (typeof options !== 'object' || options === null) throw bad(`options are ${typeof options}; expected an object`);
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) throw bad(`there is no option '${unknown}'; expected one of ${OPTIONS.join(', ')}`);
  const { logger, stream, level } = options;
  for (const method of ['debug', 'info', 'warn'] as const) {
    if (logger === undefined || typeof logger?.[method] === 'function') continue;
    throw bad(`logger has no ${method}(); expected a pino logger or an object with debug, info and warn`);
  }
  if (stream !== undefined && typeof stream?.write !== 'function') {
    throw bad('stream has no write(); expected a writable stream such as process.stdout');
  }
  if (level !== undefined && !['debug', 'info', 'warn'].includes(level)) {
    throw bad(`level is ${JSON.stringify(level)}; expected 'debug', 'info' or 'warn'`);
  }
}

function bad(why: string): AutologError {
  return new AutologError('AXL_BAD_OPTIONS', `consoleSink(): ${why}`);
}
