import { moment } from '../../analysis/format/formats.js';
import type { Paint } from '../../analysis/format/paint.js';
import { duration, oneLine, score } from '../../analysis/format/text.js';
import type { RunHistory } from '../../analysis/history/types.js';
import { isObject } from '../../analysis/history/values.js';
import type { JsonObject } from '../../contract/events.js';
import { hasLiveWriter } from '../../journal/alive.js';
import { field, inline, members, spending } from './values.js';

/** Returns lines about a run itself: name, status, tokens, source, tags, params and logs. */
export function headLines(run: RunHistory, paint: Paint): string[] {
  const name = oneLine(run.name);
  const lines = [paint('bold', name === run.runId ? name : `${name}  ${oneLine(run.runId)}`)];
  lines.push(field('status', statusText(run, paint)), field('kind', kindText(run)));
  if (run.error) lines.push(field('error', paint('red', oneLine(`${run.error.name}: ${run.error.message}`))));
  lines.push(field('spent', spending(run.tokens)));
  const { git, ...source } = run.source;
  const commit = isObject(git) ? members(git as JsonObject) : '';
  if (Object.keys(run.source).length > 0)
    lines.push(field('source', [members(source), commit && `git ${commit}`].filter(Boolean).join(', ')));
  if (run.parentRunId !== null) lines.push(field('inside', oneLine(run.parentRunId)));
  if (Object.keys(run.tags).length > 0) lines.push(field('tags', members(run.tags)));
  if (Object.keys(run.params).length > 0) lines.push(field('params', members(run.params)));
  return [...lines, ...logLines(run)];
}

function statusText(run: RunHistory, paint: Paint): string {
  const started = `started ${moment(run.startTime)}`;
  const took = duration((run.endTime ?? run.lastTime) - run.startTime);
  if (run.status !== 'running') {
    return `${paint(run.status === 'finished' ? 'green' : 'red', run.status)} in ${took}, ${started}`;
  }
  if (hasLiveWriter(run.runDir)) return `${paint('yellow', 'running')} for ${took} so far, ${started}`;
  return `${paint('red', 'died')}: its process exited before the run ended, after ${took}; ${started}`;
}

function kindText({ kind }: RunHistory): string {
  return kind === 'predictions' ? 'predictions (calls outside every run)' : kind;
}

const SHOWN = 20;

/** Returns lines with the last value of each metric, the names of artifacts, and the last messages. */
function logLines({ logs }: RunHistory): string[] {
  const metrics = new Map<string, string>();
  const artifacts = new Set<string>();
  const messages: string[] = [];
  for (const { data } of logs) {
    if (data.kind === 'metric') {
      const value = typeof data.value === 'number' ? score(data.value) : inline(data.value);
      metrics.set(oneLine(data.key), data.step === null ? value : `${value} (step ${data.step})`);
    } else if (data.kind === 'artifact') artifacts.add(oneLine(data.path));
    else if (data.kind === 'message') messages.push(oneLine(data.message));
  }
  const lines: string[] = [];
  if (metrics.size > 0) lines.push(field('metrics', [...metrics].map(([key, value]) => `${key} ${value}`).join(', ')));
  if (artifacts.size > 0) lines.push(field('artifacts', [...artifacts].join(', ')));
  const left = messages.length - SHOWN;
  lines.push(...messages.slice(-SHOWN).map((message) => field('message', message)));
  return left > 0 ? [...lines, field('', `(${left} earlier messages are not shown)`)] : lines;
}

/** Returns lines about warnings, and about parts of the journal that cannot be read. */
export function problemLines({ warnings, problems }: RunHistory, paint: Paint): string[] {
  const recorded = warnings.map(({ code, message, count }) => {
    const times = count > 1 ? ` (${count} times)` : '';
    return paint('yellow', oneLine(`  ${code}: ${message}`)) + times;
  });
  const unreadable = problems.map(({ code, message }) => paint('red', oneLine(`  ${code}: ${message}`)));
  return [
    ...(recorded.length > 0 ? ['', paint('bold', 'warnings'), ...recorded] : []),
    ...(unreadable.length > 0 ? ['', paint('bold', 'unreadable'), ...unreadable] : []),
  ];
}
