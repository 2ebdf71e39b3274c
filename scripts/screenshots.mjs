// Takes the MLflow screenshots in docs/images: runs the main sample, syncs its journal to a fresh MLflow server, and opens
// the server's pages in headless Chromium. `node scripts/screenshots.mjs` after `npm run build`; CHROMIUM names the browser.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { findBrowser } from './browser.mjs';
import { prepareMlflow } from './mlflow.mjs';
import { startServer } from './mlflow-server.mjs';
import { ROOT } from './setup.mjs';

const IMAGES = join(ROOT, 'docs/images');
const EXPERIMENT = 'gsm8k';
const SIZE = { width: 1360, height: 800 };

function node(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')}:\n${stdout}${stderr}`);
}

async function api(uri, path, body) {
  const method = body ? 'POST' : 'GET';
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${uri}/api/2.0/mlflow/${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return answer.json();
}

/** Returns the ids of the experiment, of the run with the series of scores, and of one of its trials. */
async function findRuns(uri) {
  const { experiment } = await api(uri, `experiments/get-by-name?experiment_name=${EXPERIMENT}`);
  const { runs } = await api(uri, 'runs/search', { experiment_ids: [experiment.experiment_id], max_results: 500 });
  const root = runs.find(({ data }) => !data.tags.some(({ key }) => key === 'mlflow.parentRunId'));
  const trial = runs.find(({ info }) => info.run_name === 'eval_full_1');
  return { experiment: experiment.experiment_id, root: root.info.run_id, trial: trial.info.run_id };
}

/** Returns the id of a trace with an assessment. */
async function findTrace(uri, experiment) {
  const location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } };
  const filter = 'feedback.exactAnswer > 0';
  const answer = await fetch(`${uri}/api/3.0/mlflow/traces/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ locations: [location], filter, max_results: 1 }),
  });
  const { traces } = await answer.json();
  return traces[0].trace_id;
}

/** The pages render their content some time after loading and give no signal when they are done. */
const SETTLE_MS = 3_500;

async function takeScreenshots(uri) {
  const { experiment, root, trial } = await findRuns(uri);
  const runs = `${uri}/#/experiments/${experiment}/runs`;
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: SIZE });
  const shoot = async (name, url, prepare = async () => undefined) => {
    await page.goto(url);
    await page.reload();
    await sleep(SETTLE_MS);
    const assistant = page.locator('[data-component-id="mlflow.assistant.chat_panel.close"]');
    if ((await assistant.count()) > 0) await assistant.click();
    await prepare();
    await sleep(SETTLE_MS);
    await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  };
  await shoot('mlflow-runs', runs, () => unfold(page));
  await shoot('mlflow-metrics', `${runs}/${root}/model-metrics`);
  await shoot('mlflow-table', `${runs}/${trial}/artifacts`, () => page.getByText('result_table.json').first().click());
  await shoot('mlflow-datasets', runs, () =>
    page
      .getByText(/^trainset/)
      .first()
      .click(),
  );
  await shoot('mlflow-traces', `${runs}/${root}/traces`);
  await page.goto(`${uri}/#/experiments/${experiment}/traces`);
  // The introduction for new users covers the page.
  await page.getByRole('button', { name: 'Got it' }).click();
  await shoot(
    'mlflow-trace-chat',
    `${uri}/#/experiments/${experiment}/traces?traceId=${await findTrace(uri, experiment)}`,
    () =>
      page
        .getByText(/^chat /)
        .first()
        .click(),
  );
  await shoot('mlflow-prompts', `${uri}/#/prompts/${EXPERIMENT}.root.instruction`);
  await browser.close();
}

/** Expands the child runs. The button has no accessible name, so the click goes to its place left of the run's name. */
async function unfold(page) {
  const name = await page.getByRole('gridcell').getByText(EXPERIMENT, { exact: true }).first().boundingBox();
  await page.mouse.click(name.x - 32, name.y + name.height / 2);
}

const problem = await prepareMlflow();
if (problem !== null) throw new Error(problem);
mkdirSync(IMAGES, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'ax-autolog-screenshots-'));
const server = await startServer(folder);
try {
  node('dist/samples/gsm8k/main.js', '--simulated', '--journal-dir', join(folder, 'journal'));
  node('dist/lib/cli/main.js', 'sync', join(folder, 'journal'), '--to', server.uri, '--experiment', EXPERIMENT);
  await takeScreenshots(server.uri);
} finally {
  server.stop();
  await sleep(500);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
