import { HistoryBuilder } from 'ax-autolog/analysis';
import { RunFollower } from 'ax-autolog/analysis/node';
import { AutologError, VERSION } from 'ax-autolog/sink';
import { Details } from '../data/details.js';
import { runPage } from '../data/run.js';
import type { AnyData } from '../data/types/index.js';

/**
 * Follows the journal of a run. Each request reads the events that were added since the previous one. An incomplete
 * last line is read when it is complete. Invalid lines are listed among the run's problems.
 */
export class LiveRun {
  readonly runId: string;
  readonly #builder: HistoryBuilder;
  readonly #follower: RunFollower;
  #problem: AutologError | null = null;
  /** The page's data as JSON; `null` after new events. */
  #json: string | null = null;

  constructor(runId: string, runDir: string) {
    this.runId = runId;
    this.#builder = new HistoryBuilder({ runDir, runId, traces: 'all' });
    this.#follower = new RunFollower(runDir, (code, message) => {
      this.#builder.problem(code, message);
      this.#json = null;
    });
  }

  /** Returns the page's data, as JSON. */
  page(): string {
    this.#readOn();
    if (this.#problem) return JSON.stringify(this.#problemData(this.#problem));
    if (this.#json === null) {
      const run = runPage(this.#builder.history(), 'live');
      const data: AnyData = { mode: 'live', view: 'runs', version: VERSION, runs: [run] };
      this.#json = JSON.stringify(data);
    }
    return this.#json;
  }

  /** Returns one of the run's details as JSON, or `null` if there is none with this key. */
  detail(key: string): string | null {
    this.#readOn();
    const value = new Details(this.#builder.history()).get(key);
    return value === undefined ? null : JSON.stringify(value);
  }

  #readOn(): void {
    if (this.#problem) return;
    try {
      for (let events = this.#follower.next(); events.length > 0; events = this.#follower.next()) {
        for (const event of events) this.#builder.take(event);
        this.#json = null;
      }
    } catch (error) {
      if (!(error instanceof AutologError)) throw error;
      this.#problem = error;
    }
  }

  #problemData({ code, message }: AutologError): AnyData {
    return { mode: 'live', view: 'problem', version: VERSION, runId: this.runId, code, message };
  }
}
