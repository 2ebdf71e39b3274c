import { h, render } from 'preact';
import { App } from './app.jsx';
import { Failure } from './failure.jsx';
import { readCarried } from './load/carried.js';
import { takeToken } from './load/token.js';

/** Draws the page from the data that it carries. An error is shown in its place, because an empty page explains nothing. */
async function main(): Promise<void> {
  const root = document.getElementById('app');
  if (root === null) return;
  try {
    const carried = await readCarried();
    if (carried.data.mode === 'live') takeToken();
    root.replaceChildren();
    render(h(App, { carried }), root);
  } catch (error) {
    root.replaceChildren();
    render(h(Failure, { error }), root);
  }
}

void main();
