import { expect } from 'chai';
import { describe, it } from 'mocha';
import { width } from '../../../lib/analysis/format/text.js';
import { barLine } from '../../../plugins/console/bar.js';
import { ProgressBook } from '../../../plugins/console/progress-book.js';
import { story } from '../../contract/story.js';

describe('the progress line', () => {
  it('fits on every width, and says the most important to the last', () => {
    const book = new ProgressBook();
    for (const event of story('run-a', '11').events.slice(0, -2)) book.take(event);
    const { latest } = book;
    if (!latest) throw new Error('no progress');
    for (let columns = 1; columns <= 200; columns += 1) {
      const line = barLine(latest, 2, columns, false);
      expect(width(line)).to.be.at.most(columns);
      if (columns >= 23) expect(line).to.include('best 0.811');
    }
    for (const part of ['trial 2', 'eval_full_1', 'score 0.811', 'best 0.811', '0 calls', '0 tokens', '100%']) {
      expect(barLine(latest, 2, 200, false)).to.include(part);
    }
  });
});
