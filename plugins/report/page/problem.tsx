import type { ProblemData } from '../data/types/index.js';
import { Inline, Text } from './parts/text.jsx';

/** Replaces a run whose journal cannot be read. */
export function Problem({ data }: { readonly data: ProblemData }) {
  return (
    <main class="page failure" id="main" data-problem={data.code}>
      <h1>
        <Inline text={data.runId} />
      </h1>
      <p>
        This run cannot be shown: <span class="mono">{data.code}</span>
      </p>
      <Text text={data.message} />
    </main>
  );
}
