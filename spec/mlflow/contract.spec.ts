import { mlflow } from '../../plugins/mlflow/index.js';
import { sinkContract } from '../contract/sink-contract.js';
import { FakeServer } from './support/fake-server.js';

sinkContract('mlflow', async () => {
  const server = await new FakeServer().start();
  return {
    sink: mlflow({ trackingUri: server.url, experiment: 'e' }),
    read: async (runId) => {
      const runs = [...server.store.runs.values()].filter(({ tags }) => tags.get('ax_autolog.run') === runId);
      const shown = runs.map((run) => ({
        ...run,
        tags: [...run.tags],
        params: [...run.params],
        points: [...run.points],
        artifacts: [...run.artifacts],
      }));
      return JSON.stringify(shown);
    },
    cleanup: () => server.stop(),
  };
});
