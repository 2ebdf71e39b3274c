/**
 * The report: AxGEPA optimizes a program, and one HTML file shows whether it got better, which changes did it, and at
 * what cost. The sink writes it when the run ends. `readRunHistory` and `renderReport` create the same file from any
 * journal.
 *
 * Run it: `npm run build && node dist/samples/report.js`
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxGEPA } from '@ax-llm/ax';
import { autolog, shutdown, startRun } from 'ax-autolog';
import { readRunHistory } from 'ax-autolog/analysis/node';
import { renderReport, report } from 'ax-autolog/plugins/report';
import { loadSplit } from './gsm8k/data.js';
import { exactAnswer } from './gsm8k/metric.js';
import { chainOfThought } from './gsm8k/program.js';
import { chooseLM } from './lm/choose.js';

autolog({ logCompiles: true, logTracesFromCompile: true, sinks: [report()] });

const { train } = loadSplit();
const lm = await chooseLM({ problems: train });
const gepa = new AxGEPA({ studentAI: lm.ai, teacherAI: lm.ai, numTrials: 6, minibatchSize: 8, seed: 1 });
const runId = await startRun({ runName: 'report' }, async (run) => {
  await gepa.compile(chainOfThought(), train.slice(0, 40), exactAnswer, {
    validationExamples: train.slice(40, 80),
    maxMetricCalls: 400,
  });
  return run.runId;
});
await shutdown();
await lm.close();

const folder = join(process.env['AX_AUTOLOG_DIR'] || '.ax-autolog', runId);
const history = readRunHistory(folder, { traces: 'all' });
writeFileSync('report-sample.html', renderReport([history], { title: 'GEPA on word problems' }));

process.stdout.write(`GEPA made ${history.trials.length} trials (${lm.name}).\n`);
process.stdout.write(`Open ${join(folder, 'report.html')}, or report-sample.html, which has a custom title.\n`);
