import { HistoryBuilder } from '../../../lib/analysis/history/builder.js';
import { AutologError } from '../../../lib/contract/errors.js';
import { VERSION } from '../../../lib/contract/version.js';
import { readBatch } from '../../../lib/journal/batch.js';
import { EventDecoder } from '../../../lib/journal/decode.js';
import type { Position } from '../../../lib/journal/position.js';
import { Details } from '../data/details.js';
import { runPage } from '../data/run.js';
import type { AnyData } from '../data/types.js';

/** Lines that are read at once. */
const STEP = 2_000;

/**
 * A run as its journal stands, read on from where it was read last. A line that is not complete yet is read when it is; one
 * that cannot be used is among the run's problems.
 */
export class LiveRun {
  private readonly builder: HistoryBuilder;
  private readonly decoder: EventDecoder;
  private position: Position = {};
  private problem: AutologError | null = null;
  private made: { readonly position: Position; readonly json: string } | null = null;

  constructor(
    readonly runId: string,
    private readonly runDir: string,
  ) {
    this.builder = new HistoryBuilder({ runDir, runId, traces: 'all' });
    this.decoder = new EventDecoder(runDir, (code, message) => this.builder.problem(code, message));
  }

  /** The page's data, as JSON. */
  page(): string {
    this.readOn();
    if (this.problem) return JSON.stringify(this.problemData(this.problem));
    if (this.made?.position !== this.position) {
      const run = runPage(this.builder.history(), 'live');
      const data: AnyData = { mode: 'live', view: 'runs', version: VERSION, runs: [run] };
      this.made = { position: this.position, json: JSON.stringify(data) };
    }
    return this.made.json;
  }

  /** One of the run's details, as JSON; `null` where there is none. */
  detail(key: string): string | null {
    this.readOn();
    const value = new Details(this.builder.history()).get(key);
    return value === undefined ? null : JSON.stringify(value);
  }

  private readOn(): void {
    if (this.problem) return;
    const onProblem = (code: string, message: string): void => this.builder.problem(code, message);
    try {
      for (;;) {
        const { events, end } = readBatch(this.runDir, {
          from: this.position,
          limit: STEP,
          decoder: this.decoder,
          onProblem,
        });
        for (const event of events) this.builder.take(event);
        this.position = end;
        if (events.length === 0) return;
      }
    } catch (error) {
      if (!(error instanceof AutologError)) throw error;
      this.problem = error;
    }
  }

  private problemData({ code, message }: AutologError): AnyData {
    return { mode: 'live', view: 'problem', version: VERSION, runId: this.runId, code, message };
  }
}
