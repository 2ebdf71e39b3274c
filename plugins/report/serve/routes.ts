import { pageHtml } from '../html.js';
import type { ServedFolder } from './folder.js';

/** What a path leads to: a body, or changes that are told as they come. */
export type Reply =
  | { readonly status: number; readonly type: string; readonly body: string }
  | {
      /** A text that changes whenever there is something to tell. */
      readonly stamp: () => string;
    };

const NOT_FOUND: Reply = { status: 404, type: 'text/plain; charset=utf-8', body: 'There is nothing here.\n' };

/**
 * What a path leads to:
 * - `/` and `/runs/ID`: pages;
 * - `/api/list` and `/api/runs/ID`: their data; `…/changes`: when it changes; `/api/runs/ID/details/KEY`: a detail.
 */
export function replyTo(path: string, folder: ServedFolder): Reply {
  const parts = path.split('/').slice(1).map(decoded);
  const [area, ...rest] = parts;
  if (area === '' && rest.length === 0) return page('ax-autolog', folder.list());
  if (area === 'api' && rest[0] === 'list') return listReply(rest.slice(1), folder);
  const [id, ...more] = area === 'api' && rest[0] === 'runs' ? rest.slice(1) : area === 'runs' ? rest : [];
  const run = id === undefined ? undefined : folder.run(id);
  if (run === undefined) return NOT_FOUND;
  if (area === 'runs') return more.length === 0 ? page(`${run.runId} · ax-autolog`, run.page()) : NOT_FOUND;
  const [what, key] = more;
  if (more.length === 0) return json(run.page());
  if (what === 'changes' && more.length === 1) return { stamp: () => folder.stamp(run.runId) };
  const detail = what === 'details' && key !== undefined && more.length === 2 ? run.detail(key) : null;
  return detail === null ? NOT_FOUND : json(detail);
}

function listReply(more: readonly string[], folder: ServedFolder): Reply {
  if (more.length === 0) return json(folder.list());
  return more.length === 1 && more[0] === 'changes' ? { stamp: () => folder.stamp(null) } : NOT_FOUND;
}

/** A part of the path; one that is not well encoded names nothing. */
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
