import { oneLine, type Paint } from 'ax-autolog/analysis';
import { type AnyEvent, type Envelope, type EventHandlers, handle } from 'ax-autolog/sink';

/** `null`: the bar or a summary shows the event, or it is a detail. */
const NEWS: EventHandlers<string | null, [paint: Paint]> = {
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
  onCertificate: null,
  onTraceEnd: null,
  onLMCall: null,
  onLog: ({ data }) => (data.kind === 'message' ? oneLine(data.message) : null),
  onProgress: null,
  onWarning: ({ data }, paint) => paint('yellow', oneLine(`${data.code}: ${data.message}`)),
  onEvalEnd: null,
  onCompileEnd: null,
  onRunEnd: unfinishedRun,
};

/** Returns the line to print above the bar for an event, or `null` if it needs none. */
export function newsOf(event: AnyEvent, paint: Paint): string | null {
  return handle(NEWS, event, paint) ?? null;
}

function unfinishedRun({ runId, data: { status, error } }: Envelope<'onRunEnd'>, paint: Paint): string | null {
  if (status === 'finished') return null;
  const why = error ? `: ${error.name}: ${error.message}` : '';
  return paint('red', oneLine(`run ${runId} ${status}${why}`));
}
