import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { random } from '../random.js';
import { type Draft, draw, isSound, type Template } from './draft.js';
import { dataFile } from './files.js';
import { kitchen } from './problems/kitchen.js';
import { outdoors } from './problems/outdoors.js';
import { school } from './problems/school.js';
import { shopping } from './problems/shopping.js';
import { time } from './problems/time.js';
import { work } from './problems/work.js';

const TEMPLATES: readonly Template[] = [...shopping, ...time, ...kitchen, ...school, ...outdoors, ...work];
const SEED = 2406;
const TRAIN = 168;
const TEST = 84;

/** Draws from a template until its numbers are sound and its question is new. */
function drawNew(template: Template, label: string, questions: Set<string>): Draft {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const draft = template(draw(random(`${SEED}/${label}/${attempt}`)));
    if (!isSound(draft) || questions.has(draft.question)) continue;
    questions.add(draft.question);
    return draft;
  }
  throw new Error(`make: template ${label} has no sound numbers in 1000 draws.`);
}

const toLine = ({ question, lines, answer }: Draft): string =>
  `${JSON.stringify({ question, answer: `${lines.join('\n')}\n#### ${answer}` })}\n`;

/**
 * Returns the text of both files. It uses no clock and no global randomness, so the same code returns the same bytes.
 * The training and the test set share templates, but no question.
 */
export function make(): { train: string; test: string } {
  const questions = new Set<string>();
  const drafts = Array.from({ length: TRAIN + TEST }, (_, i) => {
    const at = i % TEMPLATES.length;
    return drawNew(TEMPLATES[at] as Template, `${at}/${Math.floor(i / TEMPLATES.length)}`, questions);
  });
  const mixed = random(SEED).shuffle(drafts);
  return {
    train: mixed.slice(0, TRAIN).map(toLine).join(''),
    test: mixed.slice(TRAIN).map(toLine).join(''),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { train, test } = make();
  writeFileSync(dataFile('gsm8k-style-train.jsonl'), train);
  writeFileSync(dataFile('gsm8k-style-test.jsonl'), test);
  process.stdout.write(`wrote ${TRAIN} training and ${TEST} test problems\n`);
}
