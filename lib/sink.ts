/**
 * `ax-autolog/sink`: everything needed to write a sink. The built-in sinks import only this entry, `ax-autolog`,
 * `ax-autolog/analysis` and `ax-autolog/analysis/node` from this package. Exports marked `@experimental` may change in
 * a minor version.
 */
export { BEST_MODEL_FILE, type BestOrigin, bestModelText } from './contract/best-model.js';
export { AutologError, type ErrorCode } from './contract/errors.js';
export { type EventHandlers, handle, handles } from './contract/event-table.js';
export type * from './contract/events.js';
export { EVENT_TYPES, EVENT_VERSION } from './contract/events.js';
export type { Folder, WriteOptions } from './contract/folder.js';
export { seriesName } from './contract/series.js';
export { type BatchContext, defineSink, type Sink, type SinkContext, type SinkHooks } from './contract/sink.js';
export { VERSION } from './contract/version.js';
export {
  type Rebuildable,
  type RebuildableBatch,
  type RebuildableOptions,
  type RebuildStep,
  rebuildable,
} from './deliver/rebuildable.js';
export { type EventWatch, setEventWatch } from './record/emit.js';
export { type FolderOptions, openFolder } from './support/folder/folder.js';
export { isPortableName, safeName, safePath } from './support/folder/names.js';
export { isLoopback } from './support/loopback.js';
export { received } from './support/received.js';
export { defaultJournalDir, journalMode } from './support/settings.js';
export { thrownText } from './support/snapshot/leaves.js';
export { type CurrentPlace, currentPlace } from './track/place.js';
export {
  type BridgedSpan,
  type SpanBridge,
  type SpanIds,
  type SpanStart,
  setSpanBridge,
} from './track/traces/bridge.js';
