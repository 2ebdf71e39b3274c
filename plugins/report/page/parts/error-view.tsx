import type { ErrorData } from 'ax-autolog/analysis';
import { Inline, Text } from './text.jsx';

/** An error with its causes; the stack is folded. */
export function ErrorView({ error }: { readonly error: ErrorData }) {
  return (
    <div class="error">
      <strong>
        <Inline text={error.name} />
        {error.code && (
          <>
            {' '}
            <Inline text={error.code} class="mono" />
          </>
        )}
      </strong>
      <Text text={error.message} limit={1_000} />
      {error.stack && (
        <details>
          <summary>Stack</summary>
          <Text text={error.stack} class="mono small" limit={2_000} />
        </details>
      )}
      {error.cause && (
        <div class="cause">
          <span class="muted">caused by</span>
          <ErrorView error={error.cause} />
        </div>
      )}
    </div>
  );
}
