import { createHash } from 'node:crypto';

/** Key of the token in the storage of the page's origin. */
const TOKEN_KEY = 'ax-autolog-token';

const SENTENCE =
  'This page needs the token of its server. Open the whole address that ax-autolog ui printed, or start it again if that is gone.';

/** Goes on with the token that the page kept. A token that the server did not accept is forgotten. */
const SCRIPT = `
const address = new URL(location.href);
const kept = localStorage.getItem('${TOKEN_KEY}');
if (address.searchParams.has('token')) localStorage.removeItem('${TOKEN_KEY}');
else if (kept) { address.searchParams.set('token', kept); location.replace(address); }
`;

/** The page that is shown to a browser without the token. */
export const DOOR = {
  html: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>ax-autolog</title>
<link rel="icon" href="data:,">
<p>${SENTENCE}</p>
<script>${SCRIPT}</script>
</html>
`,
  text: `${SENTENCE}\n`,
  /** Its content security policy. */
  policy: `default-src 'none'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'`,
} as const;
