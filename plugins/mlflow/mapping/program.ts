import type { CandidateData, Json, LMData } from 'ax-autolog/sink';
import { flatten, sortedJson } from './values.js';

/**
 * Returns the state of a program as params: each component's text under its key (`root::instruction`), demonstrations as
 * `root::demos.0.question` like DSPy's `predict.demos.0.question` (ax groups them by program id), settings as
 * `modelConfig.temperature`, and the state of a program that is not an ax program as `state.…`.
 */
export function programParams(candidate: CandidateData): ReadonlyMap<string, Json> {
  const params = new Map<string, Json>(Object.entries(candidate.texts ?? {}));
  const counts = new Map<string, number>();
  for (const demo of candidate.demos ?? []) {
    const { owner, traces } = demosOf(demo);
    for (const trace of traces) {
      const at = counts.get(owner) ?? 0;
      counts.set(owner, at + 1);
      flatten(`${owner}demos.${at}`, trace, params);
    }
  }
  flatten('modelConfig', candidate.modelConfig, params);
  if (candidate.state !== undefined && candidate.state !== null) flatten('state', candidate.state, params);
  return params;
}

/** Returns a demonstration's owner and traces. ax stores demonstrations as `{ programId, traces: [...] }`; anything else is one demonstration. */
function demosOf(demo: Json): { readonly owner: string; readonly traces: readonly Json[] } {
  if (demo !== null && typeof demo === 'object' && !Array.isArray(demo)) {
    const { programId, traces } = demo as { programId?: Json; traces?: Json };
    if (typeof programId === 'string' && Array.isArray(traces)) return { owner: `${programId}::`, traces };
  }
  return { owner: '', traces: [demo] };
}

/** Returns `lm_params`, the settings of the program's own LM, and `lm_params.<name>` for others, as JSON with sorted names. */
export function lmParams(lms: readonly LMData[] | undefined): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  for (const [at, { name, provider, model, settings }] of (lms ?? []).entries()) {
    params.set(at === 0 ? 'lm_params' : `lm_params.${name}`, sortedJson({ ...settings, model, provider }));
  }
  return params;
}

/** Returns the text of `model.json`: the candidate that is evaluated. */
export function modelText(candidate: CandidateData): string {
  return `${JSON.stringify(candidate, null, 2)}\n`;
}
