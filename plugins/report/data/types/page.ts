import type { ListedRun, RunPage } from './run.js';

/** The data of any page. */
export type AnyData = PageData | ListData | ProblemData;

/** The data of a page of runs. It has scores and settings; contents of examples and traces are read on demand. */
export interface PageData {
  /** `file`: the page holds everything; `live`: the page requests it from its server. */
  readonly mode: 'file' | 'live';
  readonly view: 'runs';
  /** Version of ax-autolog that made the page. */
  readonly version: string;
  readonly runs: readonly RunPage[];
}

/** The data of the live page that lists the runs of a journal folder. */
export interface ListData {
  readonly mode: 'live';
  readonly view: 'list';
  readonly version: string;
  /** Name of the folder. */
  readonly folder: string;
  readonly runs: readonly ListedRun[];
}

/** The data of the live page of a run that cannot be read. */
export interface ProblemData {
  readonly mode: 'live';
  readonly view: 'problem';
  readonly version: string;
  readonly runId: string;
  readonly code: string;
  readonly message: string;
}
