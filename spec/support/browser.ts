import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { ROOT } from '../repository/tree.js';

/** Lookup of the browser, as `scripts/browser.mjs` has it for tests and pictures alike. */
export interface BrowserLookup {
  findBrowser(env?: NodeJS.ProcessEnv, places?: readonly string[]): string;
}

/** The script's exports. */
export async function browserLookup(): Promise<BrowserLookup> {
  return (await import(pathToFileURL(join(ROOT, 'scripts/browser.mjs')).href)) as BrowserLookup;
}

/** A headless Chromium or Chrome. Rejects with what to install where there is none. */
export async function openBrowser(): Promise<Browser> {
  const { findBrowser } = await browserLookup();
  // Chromium refuses its sandbox to root, as which containers run.
  return chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
}
