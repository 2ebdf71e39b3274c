// Finds the browser in which tests and pictures look at pages. `node scripts/browser.mjs` prints its path.
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names under which Chromium and Chrome are on a path, in order of preference. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
/** Where they are when they are on no path. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Path of a Chromium or Chrome: what `CHROMIUM` names, else one on `PATH` or in its usual place. Throws an error that says
 * what to install when there is none.
 */
export function findBrowser(env = process.env, places = PLACES) {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const inPath = (name) => folders.map((folder) => join(folder, name)).find(isProgram);
  if (env.CHROMIUM) {
    const named = isAbsolute(env.CHROMIUM) && isProgram(env.CHROMIUM) ? env.CHROMIUM : inPath(env.CHROMIUM);
    if (named) return named;
    throw new Error(`CHROMIUM is '${env.CHROMIUM}', which is no program; set it to the path of a Chromium or Chrome`);
  }
  const found = NAMES.map(inPath).find(Boolean) ?? places.find(isProgram);
  if (found) return found;
  throw new Error(
    `The tests look at pages in a real browser and need Chromium or Chrome: none of ${NAMES.join(', ')} is on PATH. Install one (on Debian: apt-get install chromium), or set CHROMIUM to its path, and run the command again.`,
  );
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(findBrowser());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
