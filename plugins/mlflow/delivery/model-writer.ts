import { type ModelWrite, TAG } from '../mapping/writes.js';
import { asking } from './asking.js';
import type { MlflowServer } from './server.js';
import type { DeliveryState } from './state.js';

interface ModelSurroundings {
  readonly server: MlflowServer;
  readonly state: DeliveryState;
  readonly experimentId: string;
  readonly lostKnowledge: boolean;
}

/** Makes a LoggedModel and ties it to its run, once; ends it with its file and state when the write says so. */
export async function writeModel(options: ModelSurroundings, runId: string, write: ModelWrite): Promise<void> {
  const { server, state, experimentId, lostKnowledge } = options;
  const { models } = server.client;
  const { id, name, status, content } = write;
  const tags = new Map(Object.entries(write.tags));
  const isUnsure = state.asked.has(`model ${id}`) || lostKnowledge;
  const known = state.models.get(id) ?? (isUnsure ? await models.find(experimentId, runId, `${TAG}id`, id) : null);
  const model = known ?? (await asking(state, `model ${id}`, () => models.create({ experimentId, name, runId, tags })));
  if (!state.models.has(id)) state.add({ fact: 'model', id, ...model });
  await addOutput(options, runId, id, model.modelId, known === null);
  if (status === 'pending') return;
  if (content !== undefined) {
    await server.client.putArtifact(model.artifactUri, 'best_model.json', Buffer.from(content));
  }
  if (known) await models.setTags(model.modelId, tags);
  await models.finalize(model.modelId, status === 'ready');
}

/** The server adds outputs without looking: whatever is not known is read back first. */
async function addOutput(
  { server, state }: ModelSurroundings,
  runId: string,
  id: string,
  modelId: string,
  isNew: boolean,
): Promise<void> {
  if (state.outputs.has(id)) return;
  const isUnsure = !isNew || state.asked.has(`output ${id}`);
  const isThere = isUnsure && (await server.client.getRun(runId))?.outputs.includes(modelId);
  if (!isThere) await asking(state, `output ${id}`, () => server.client.addOutput(runId, modelId));
  state.add({ fact: 'output', id });
}
