/** The parts of an OpenAI chat message that the simulated LM reads. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

/** One output field that the prompt asks for. */
export interface OutputField {
  /** Title in prose, e.g. `Feedback Summary`. */
  readonly title: string;
  /** Key in the reply, e.g. `feedbackSummary`. */
  readonly key: string;
  /** Description in the prompt, type included. */
  readonly description: string;
}

/** The parts of messages that ax 24 rendered. */
export interface RenderedPrompt {
  /** The text between the `task_definition` tags: instruction and description. Empty if there is none. */
  readonly task: string;
  readonly outputs: readonly OutputField[];
  /** Values of the current query, by field title. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Demonstrations in order, each with its values by field title. */
  readonly demos: readonly Readonly<Record<string, string>>[];
}

const between = (text: string, tag: string): string =>
  text.match(new RegExp(`<${tag}>\\n?([\\s\\S]*?)\\n?</${tag}>`))?.[1]?.trim() ?? '';

/** Splits `Title: value` text at known titles only, so that a colon inside a value does not split it. */
function fields(text: string, titles: readonly string[]): Record<string, string> {
  const out: Record<string, string> = {};
  let current: string | undefined;
  for (const line of text.split('\n')) {
    const title = titles.find((t) => line.startsWith(`${t}:`) && out[t] === undefined);
    if (title !== undefined) {
      current = title;
      out[title] = line.slice(title.length + 1).trimStart();
    } else if (current !== undefined) {
      out[current] += `\n${line}`;
    }
  }
  for (const title of Object.keys(out)) out[title] = (out[title] ?? '').trim();
  return out;
}

function outputFields(section: string): OutputField[] {
  return [...section.matchAll(/^(.+?) \(wire key: `(\w+)`\): (.*)$/gm)].map((m) => ({
    title: m[1] ?? '',
    key: m[2] ?? '',
    description: m[3] ?? '',
  }));
}

const inputTitles = (system: string): string[] => {
  const list = between(system, 'identity').match(/following fields: (.*?)\. Your task/)?.[1] ?? '';
  return [...list.matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? '');
};

/** Parses a prompt that ax rendered. Other messages result in empty parts. Never throws. */
export function readPrompt(messages: readonly ChatMessage[]): RenderedPrompt {
  const system = messages.find((m) => m.role === 'system')?.content ?? '';
  const outputs = outputFields(between(system, 'output_fields'));
  const titles = inputTitles(system);
  const replyTitles = outputs.flatMap((o) => [o.title, o.key]);
  const turns = messages.filter((m) => m.role !== 'system');
  const isQuery = (m: ChatMessage): boolean =>
    m.role === 'user' && titles.some((t) => new RegExp(`(^|\\n)${t}:`).test(m.content));
  const query = turns.findLastIndex(isQuery);
  const demos: Record<string, string>[] = [];
  for (let i = 0; i < query; i++) {
    const [ask, reply] = [turns[i], turns[i + 1]];
    if (ask?.role !== 'user' || reply?.role !== 'assistant') continue;
    demos.push({ ...fields(ask.content, titles), ...fields(reply.content, replyTitles) });
  }
  const asked = (turns[query]?.content ?? '').split('REAL USER QUERY:\n').at(-1) ?? '';
  return { task: between(system, 'task_definition'), outputs, inputs: fields(asked, titles), demos };
}
