import { mlflow } from 'ax-autolog/plugins/mlflow';
import { holdsContract } from '../../contract/holds-contract.js';
import { FakeServer } from './support/fake-server.js';

/** What the server holds, without its ids. */
interface Summary {
  readonly runs: readonly { readonly tags: Readonly<Record<string, string>> }[];
  readonly prompts: readonly (readonly [name: string, texts: readonly (string | undefined)[]])[];
}

holdsContract(
  'mlflow',
  async () => {
    const server = await new FakeServer().start();
    const open = () => mlflow({ trackingUri: server.url, experiment: 'e' });
    return {
      sink: open(),
      read: (runId) => {
        const { runs, prompts } = server.store.summary() as Summary;
        const versions = prompts.map(([name, texts]) => [name, texts.filter((text) => text?.includes(runId))]);
        return JSON.stringify({ runs: runs.filter(({ tags }) => tags['ax_autolog.run'] === runId), prompts: versions });
      },
      reopen: open,
      cleanup: () => server.stop(),
    };
  },
  { delivery: 'journal' },
);
