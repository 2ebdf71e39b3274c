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

/** Draws a template until its numbers come out sound and its question is new. */
function fresh(template: Template, label: string, seen: Set<string>): Draft {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const draft = template(draw(random(`${SEED}/${label}/${attempt}`)));
    if (!isSound(draft) || seen.has(draft.question)) continue;
    seen.add(draft.question);
    return draft;
  }
  throw new Error(`make: no sound numbers in 1000 draws for template ${label}`);
}

const toLine = ({ question, lines, answer }: Draft): string =>
  `${JSON.stringify({ question, answer: `${lines.join('\n')}\n#### ${answer}` })}\n`;

/**
 * Makes both files' lines. The same code gives the same bytes: no clock, no global randomness.
 * Train and test share templates, never a question.
 */
export function make(): { train: string; test: string } {
  const seen = new Set<string>();
  const drafts = Array.from({ length: TRAIN + TEST }, (_, i) => {
    const at = i % TEMPLATES.length;
    return fresh(TEMPLATES[at] as Template, `${at}/${Math.floor(i / TEMPLATES.length)}`, seen);
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
