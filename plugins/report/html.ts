import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Script and style of a page. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
  /** Licences of the libraries in the script. */
  readonly notices: string;
}

let assets: PageAssets | undefined;

/** Reads the bundle that `npm run build` made. */
export function pageAssets(): PageAssets {
  const read = (name: string): string => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');
  assets ??= { script: read('main.js'), style: read('main.css'), notices: read('NOTICES.txt') };
  return assets;
}

/** Content of an HTML page. */
export interface PageContent {
  readonly title: string;
  /** Data, with the id of the element that holds it. `text` is JSON. */
  readonly data: readonly { readonly id: string; readonly text: string }[];
  /** Whether the page may send requests to its own server. */
  readonly connects: boolean;
}

/** Renders a page that sends no request to other servers and runs only its own script, never anything in its data. */
export function pageHtml({ title, data, connects }: PageContent): string {
  const { script, style, notices } = pageAssets();
  const blocks = data.map(({ id, text }) => `<script type="application/json" id="${id}">${inert(text)}</script>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(connects)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="ax-autolog">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="app"><p class="waiting">Reading the report … If it stays like this, the file was cut off, or its script is not allowed to run.</p></div>
${blocks.join('\n')}
<script>${script}</script>
<!--
${notices.replaceAll('--', '- -')}
-->
</body>
</html>
`;
}

/**
 * Returns the page's content security policy. It allows the page's own script and style by their hashes, and images by
 * `data:`. With `connects` it also allows requests to the page's own server.
 */
export function contentPolicy(connects: boolean): string {
  const { script, style } = pageAssets();
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    ...(connects ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Escapes JSON so that no HTML parser reads any of it as markup. */
function inert(json: string): string {
  return json
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
