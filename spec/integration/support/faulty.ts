import { expect } from 'chai';
import { canonical, differences, type Everything } from './canonical.js';
import { newExperiment, syncProcess, unfedCopy } from './processes.js';
import type { Reader } from './reader.js';

/**
 * Whether an experiment holds what it would hold had nothing gone wrong: the same journal, fed for the first time and
 * without a fault into an experiment of its own, leaves the same, server ids and creation times apart.
 *
 * @param dir Journal folder of all runs in that experiment
 * @param uri Address of the server itself
 */
export async function expectUndisturbed(reader: Reader, dir: string, uri: string, experiment: string): Promise<void> {
  // A trace is in one experiment of a server only: it is read here before it is written there.
  const found = await everything(reader, experiment);
  const undisturbed = newExperiment('undisturbed');
  const { code, stdout, stderr } = await syncProcess(unfedCopy(dir), uri, undisturbed);
  expect(code, stdout + stderr).to.equal(0);
  const expected = await everything(reader, undisturbed);
  expect(expected.runs.length, 'runs of an undisturbed delivery').to.be.greaterThan(0);
  expect(differences(canonical(found, experiment), canonical(expected, undisturbed))).to.deep.equal([]);
}

/** Runs, logged models, traces, and prompts: the names of these begin with the experiment's. */
async function everything(reader: Reader, experiment: string): Promise<Everything> {
  const [runs, models] = [await reader.dump(experiment), await reader.loggedModels(experiment)];
  const prompts = await reader.allVersions(`${experiment}.`);
  return { runs, models, prompts, traces: await reader.traces(experiment) };
}

/** Feeds what is left and expects that all of it arrives. */
export async function finish(dir: string, uri: string, experiment: string): Promise<void> {
  const { code, stdout, stderr } = await syncProcess(dir, uri, experiment);
  expect(code, stdout + stderr).to.equal(0);
}
