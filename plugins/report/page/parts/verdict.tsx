import type { ComparisonPage } from '../../data/types/index.js';
import { change, count, probability } from './format.js';

interface VerdictProps {
  readonly of: string;
  readonly comparison: ComparisonPage;
  readonly isInline?: boolean;
}

const SIGNS = { clear: '●', 'within noise': '◌', 'too few examples': '◌' } as const;

/** A difference with its interval, its p value and the word for it. */
export function Verdict({ of, comparison, isInline = false }: VerdictProps) {
  const { difference, interval, p, comparisons, word, pairs } = comparison;
  const tone = word === 'clear' ? ((difference ?? 0) < 0 ? 'worse' : 'clear') : 'noise';
  const Tag = isInline ? 'span' : 'p';
  return (
    <Tag class={`verdict verdict-${tone}`} data-of={of} data-word={word}>
      <span class="word">
        <span aria-hidden="true">{SIGNS[word]}</span> {word}
      </span>{' '}
      {difference !== null && (
        <data class="number" value={String(difference)} data-of={`${of}-difference`}>
          {change(difference)}
        </data>
      )}{' '}
      {interval && (
        <span class="muted">
          95 % interval{' '}
          <span class="number" data-of={`${of}-interval`} data-low={interval[0]} data-high={interval[1]}>
            {change(interval[0])} … {change(interval[1])}
          </span>
        </span>
      )}{' '}
      <span class="verdict-test muted">
        paired test on {count(pairs, 'example')}: p{' '}
        <data class="number" value={String(p)} data-of={`${of}-p`}>
          {p < 0.001 ? probability(p) : `= ${probability(p)}`}
        </data>
        {comparisons > 1 && `, adjusted for ${comparisons} candidates`}
      </span>
    </Tag>
  );
}
