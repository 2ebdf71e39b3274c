/** Replaces the page if it could not be drawn. */
export function Failure({ error }: { readonly error: unknown }) {
  return (
    <main class="page failure">
      <h1>This report cannot be shown</h1>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      <p class="muted">
        It needs a browser of 2023 or later (Chrome 110, Firefox 115, Safari 16.4). If the file was cut off on its way,
        make it again with <code>npx ax-autolog report</code>.
      </p>
    </main>
  );
}
