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
  received,
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
  /** Logger that receives the lines: your own pino logger, or any object with pino's `debug`, `info` and `warn`. */
  readonly logger?: LineLogger;
  /** Stream that receives the bar, the table and, unless `logger` is set, the lines. Default: `process.stderr`. */
  readonly stream?: Output;
  /**
   * Whether to show a progress bar instead of lines. Default: true if `stream` is a terminal and `logger` is not set.
   */
  readonly progress?: boolean;
  /**
   * Whether to use colours. Default: true on a terminal, unless `NO_COLOR` is set (https://no-color.org). `FORCE_COLOR`
   * turns them on elsewhere.
   */
  readonly color?: boolean;
  /** Lowest level of the lines. `debug` adds examples, LM calls and traces. Default: `info`. */
  readonly level?: 'debug' | 'info' | 'warn';
  /** Whether to print a table of trials and the winner when a compile ends. Default: true if `stream` is a terminal. */
  readonly table?: boolean;
}

/**
 * Creates a sink that shows runs on the console. On a terminal it shows a progress bar with trial, score, best score,
 * LM calls, tokens, time so far and time left, and prints a table of trials and the winner when a compile ends.
 * Elsewhere it writes one JSON line per event with pino.
 *
 * Control characters and escape sequences in the text of models and data are shown by their codes, not obeyed.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if an option is unknown or has the wrong type
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

/** The compile or evaluation that an event ended, and the verdict on its search. */
interface Ended {
  readonly progress: Progress | null;
  readonly verdict: SearchVerdict | null;
}

class ConsoleWriter {
  /** Prints the summary that an event calls for. `null`: the event has no summary. */
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
  /** Run of each compile whose summary was printed and whose certificate has not arrived, by compile id. */
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
    const isStyled = options.color ?? wantsColor(terminal);
    this.#paint = painter(isStyled);
    this.#screen = new Screen(this.#output, isStyled);
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

  /** Prints the certificate of a compile whose summary was printed. A compile inside another one has no summary. */
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
    // One column stays free: a terminal that wraps at the last column would not erase the wrapped line.
    this.#screen.status(latest && (() => barLine(latest, size - 1, this.#screen.columns - 1, this.#ascii)));
  }

  /** The user did not start the run that collects predictions, so its start and end are details, like its traces. */
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
  if (typeof options !== 'object' || options === null) throw badOption('', 'an object', options);
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `options of consoleSink() must be among ${OPTIONS.join(', ')}, got '${unknown}'. Remove it.`,
    );
  }
  const { logger, stream, level } = options;
  for (const method of ['debug', 'info', 'warn'] as const) {
    if (logger === undefined || typeof logger?.[method] === 'function') continue;
    throw badOption('logger', 'a pino logger or an object with debug(), info() and warn()', logger);
  }
  if (stream !== undefined && typeof stream?.write !== 'function') {
    throw badOption('stream', 'a writable stream such as process.stdout', stream);
  }
  if (level !== undefined && !['debug', 'info', 'warn'].includes(level)) {
    throw badOption('level', "'debug', 'info' or 'warn'", level);
  }
}

function badOption(name: string, expected: string, value: unknown): AutologError {
  const what = name === '' ? 'options of consoleSink()' : `option '${name}' of consoleSink()`;
  return new AutologError(
    'AXL_BAD_OPTIONS',
    `${what} must be ${expected}, got ${received(value)}. Correct or remove ${name === '' ? 'them' : 'it'}.`,
  );
}
