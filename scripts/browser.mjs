// Finds the browser that tests and screenshots open pages in. `node scripts/browser.mjs` prints its path.
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names of Chromium and Chrome on `PATH`, in order of preference. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
/** Usual locations of Chromium and Chrome outside `PATH`. */
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
 * Returns the path of a Chromium or Chrome: the one that `CHROMIUM` names, else one on `PATH` or in its usual place.
 * Throws an error with instructions to install one if there is none.
 */
export function findBrowser(env = process.env, places = PLACES) {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const inPath = (name) => folders.map((folder) => join(folder, name)).find(isProgram);
  if (env.CHROMIUM) {
    const named = isAbsolute(env.CHROMIUM) && isProgram(env.CHROMIUM) ? env.CHROMIUM : inPath(env.CHROMIUM);
    if (named) return named;
    throw new Error(`CHROMIUM must be the path of a Chromium or Chrome, got '${env.CHROMIUM}'.`);
  }
  const found = NAMES.map(inPath).find(Boolean) ?? places.find(isProgram);
  if (found) return found;
  throw new Error(
    `The tests need Chromium or Chrome, but none of ${NAMES.join(', ')} is on PATH. Install one (on Debian: apt-get install chromium), or set CHROMIUM to its path, and run the command again.`,
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
