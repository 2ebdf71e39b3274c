// Runs a tracked search whose events go to runs.db: `node app.mjs [FILE] [TRIALS]`. Kill it at any time and start it again:
// the second process first delivers the events that the first one recorded, each once.
import { flush, registry, shutdown, startRun, trackCompile, trackEval } from 'ax-autolog';
import Database from 'libsql';
import { sqlite } from './sink.mjs';

const [file = 'runs.db', trials = '20'] = process.argv.slice(2);
registry.register(sqlite({ file }));

const devset = Array.from({ length: 5 }, (_, n) => ({ question: `${n} + 1`, answer: n + 1 }));

/** Scores a candidate on the devset. It uses no model: a candidate is a number to add. */
const scorer = trackEval({
  async evaluate(candidate, examples) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    const results = examples.map((example, n) => {
      const prediction = n + candidate.addend;
      return { example, prediction, score: prediction === example.answer ? 1 : 0 };
    });
    return { score: results.reduce((sum, { score }) => sum + score, 0) / results.length, results };
  },
});

const search = trackCompile({
  async compile(program, trainset) {
    let best = { candidate: program, score: (await scorer.evaluate(program, trainset)).score };
    for (let round = 1; round < Number(trials); round += 1) {
      const candidate = { addend: round % 7 };
      const { score } = await scorer.evaluate(candidate, trainset);
      if (score > best.score) best = { candidate, score };
    }
    return best.candidate;
  },
});

if (Number(trials) > 0) await startRun({ runName: 'sqlite' }, () => search.compile({ addend: 0 }, devset));
await flush();
await shutdown();

const db = new Database(file);
console.table(db.prepare('SELECT run, name, status FROM runs ORDER BY started').raw().all());
db.close();
