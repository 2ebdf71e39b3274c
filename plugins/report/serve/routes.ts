import { pageHtml } from '../html.js';
import type { ServedFolder } from './folder.js';

/** Response to a request. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Its content security policy. Default: that of the page. */
  readonly policy?: string;
}

const NOT_FOUND: Reply = text(404, 'Not found.\n');

/**
 * Returns the response to a path:
 * - `/` and `/runs/ID`: pages;
 * - `/api/list` and `/api/runs/ID`: the data of the pages;
 * - `/api/list/changes` and `/api/runs/ID/changes`: a text that differs after the data has changed;
 * - `/api/runs/ID/details/KEY`: a detail.
 */
export function replyTo(path: string, folder: ServedFolder): Reply {
  const parts = path.split('/').slice(1).map(decoded);
  const [area, ...rest] = parts;
  if (area === '' && rest.length === 0) return page('ax-autolog', folder.list());
  if (area === 'api' && rest[0] === 'list') return listReply(rest.slice(1), folder);
  const [id, ...more] = area === 'api' && rest[0] === 'runs' ? rest.slice(1) : area === 'runs' ? rest : [];
  if (id === undefined) return NOT_FOUND;
  if (area === 'api' && more[0] === 'changes' && more.length === 1) return changes(folder.stampOf(id));
  const run = folder.run(id);
  if (run === undefined) return NOT_FOUND;
  if (area === 'runs') return more.length === 0 ? page(`${run.runId} · ax-autolog`, run.page()) : NOT_FOUND;
  const [what, key] = more;
  if (more.length === 0) return json(run.page());
  const detail = what === 'details' && key !== undefined && more.length === 2 ? run.detail(key) : null;
  return detail === null ? NOT_FOUND : json(detail);
}

function listReply(more: readonly string[], folder: ServedFolder): Reply {
  if (more.length === 0) return json(folder.list());
  return more.length === 1 && more[0] === 'changes' ? changes(folder.stamp()) : NOT_FOUND;
}

/** Decodes a part of the path. An invalid one becomes a name that nothing has. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '\0';
  }
}

function page(title: string, data: string): Reply {
  const body = pageHtml({ title, connects: true, data: [{ id: 'data', text: data }] });
  return { status: 200, type: 'text/html; charset=utf-8', body };
}

function json(body: string): Reply {
  return { status: 200, type: 'application/json; charset=utf-8', body };
}

function changes(stamp: string | null): Reply {
  return stamp === null ? NOT_FOUND : text(200, stamp);
}

/** Creates a response in plain text. */
export function text(status: number, body: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', body };
}
