export type { ContractCheck } from './testing/check.js';
export { type Recorder, recorder } from './testing/recorder.js';
export { type ContractOptions, sinkContract } from './testing/sink-contract.js';
export type { MakeSubject, Subject } from './testing/subject.js';
