import type { Json, JsonObject } from 'ax-autolog/analysis';
import type { CompilePage, DatasetPage, RunPage } from '../../data/types/index.js';
import { count } from '../parts/format.js';
import { JsonView } from '../parts/json.jsx';
import { Section } from '../parts/section.jsx';
import { Inline } from '../parts/text.jsx';

/** Every setting that the run was started with. */
export function RunSettings({ run, compile }: { readonly run: RunPage; readonly compile: CompilePage | undefined }) {
  return (
    <Section id="settings" title="Settings">
      <div class="settings">
        {compile && (
          <>
            <Group name={`${compile.optimizer} settings`} value={compile.hyperparameters} />
            <Group name="Options of this call" value={compile.options} />
            {compile.lms.map((lm) => (
              <Group
                key={lm.name}
                name={`LM: ${lm.name}`}
                value={{ provider: lm.provider, model: lm.model, ...lm.settings }}
              />
            ))}
            <Dataset name="Training set" dataset={compile.trainset} />
            <Dataset name="Validation set" dataset={compile.valset} />
            <Reported value={{ score: compile.reportedScore, ...compile.result }} />
          </>
        )}
        {run.evaluations[0] && !compile && <Group name="Evaluator" value={run.evaluations[0].hyperparameters} />}
        <Group name="Params of the run" value={run.params} />
        <Group name="Where it ran" value={run.source} />
      </div>
    </Section>
  );
}

function Group({ name, value }: { readonly name: string; readonly value: JsonObject }) {
  const entries = Object.entries(value).filter(([, member]) => !isEmpty(member));
  if (entries.length === 0) return null;
  return (
    <div class="setting-group">
      <h3>
        <Inline text={name} />
      </h3>
      <JsonView value={Object.fromEntries(entries)} depth={2} />
    </div>
  );
}

/** The result that the optimizer reported; it may be long. */
function Reported({ value }: { readonly value: JsonObject }) {
  const entries = Object.entries(value).filter(([, member]) => !isEmpty(member));
  if (entries.length === 0) return null;
  return (
    <details class="setting-group">
      <summary>What the optimizer reports</summary>
      <JsonView value={Object.fromEntries(entries)} depth={2} />
    </details>
  );
}

function isEmpty(value: Json): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function Dataset({ name, dataset }: { readonly name: string; readonly dataset: DatasetPage | null }) {
  if (dataset === null) return null;
  return (
    <div class="setting-group">
      <h3>{name}</h3>
      <dl class="json">
        <div class="json-flat">
          <dt>size</dt>
          <dd>{count(dataset.size, 'example')}</dd>
        </div>
        <div class="json-flat">
          <dt>fields</dt>
          <dd>
            <Inline text={dataset.fields.join(', ')} />
          </dd>
        </div>
        <div class="json-flat">
          <dt>digest</dt>
          <dd class="mono">{dataset.digest}</dd>
        </div>
      </dl>
    </div>
  );
}
