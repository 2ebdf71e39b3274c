import { type ModelWrite, TAG } from '../mapping/writes.js';
import { requestOnce } from './request-once.js';
import type { MlflowServer } from './server.js';
import type { DeliveryState } from './state.js';

interface ModelWriterOptions {
  readonly server: MlflowServer;
  readonly state: DeliveryState;
  readonly experimentId: string;
  readonly lostKnowledge: boolean;
}

/** Creates a LoggedModel and links it to its run, once. If the write has a final status, uploads its file and sets the status. */
export async function writeModel(options: ModelWriterOptions, runId: string, write: ModelWrite): Promise<void> {
  const { server, state, experimentId, lostKnowledge } = options;
  const { models } = server.client;
  const { id, name, status, content } = write;
  const tags = new Map(Object.entries(write.tags));
  const isUnsure = state.asked.has(`model ${id}`) || lostKnowledge;
  const known = state.models.get(id) ?? (isUnsure ? await models.find(experimentId, runId, `${TAG}id`, id) : null);
  const model =
    known ?? (await requestOnce(state, `model ${id}`, () => models.create({ experimentId, name, runId, tags })));
  if (!state.models.has(id)) state.add({ fact: 'model', id, ...model });
  await addOutput(options, { runId, id, modelId: model.modelId, isNew: known === null });
  if (status === 'pending') return;
  if (content !== undefined) {
    await server.client.putArtifact(model.artifactUri, 'best_model.json', Buffer.from(content));
  }
  if (known) await models.setTags(model.modelId, tags);
  await models.finalize(model.modelId, status === 'ready');
}

interface ModelOutput {
  readonly runId: string;
  /** Our id of the model. */
  readonly id: string;
  readonly modelId: string;
  /** True if the model was created just now, so it cannot be an output yet. */
  readonly isNew: boolean;
}

/** Makes a LoggedModel an output of its run. The server accepts duplicates, so the outputs are read first if in doubt. */
async function addOutput(
  { server, state }: ModelWriterOptions,
  { runId, id, modelId, isNew }: ModelOutput,
): Promise<void> {
  if (state.outputs.has(id)) return;
  const isUnsure = !isNew || state.asked.has(`output ${id}`);
  const isThere = isUnsure && (await server.client.getRun(runId))?.outputs.includes(modelId);
  if (!isThere) await requestOnce(state, `output ${id}`, () => server.client.addOutput(runId, modelId));
  state.add({ fact: 'output', id });
}
