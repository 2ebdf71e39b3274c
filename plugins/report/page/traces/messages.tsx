import type { Json } from 'ax-autolog/analysis';
import { JsonView } from '../parts/json.jsx';
import { Inline, Text } from '../parts/text.jsx';

interface MessagesProps {
  readonly inputs: Json;
  readonly outputs: Json;
  /** Whether they have the form of OpenAI's chat API. */
  readonly isChat: boolean;
}

/** The input and output of a span, shown as a conversation if it is one. */
export function Messages({ inputs, outputs, isChat }: MessagesProps) {
  const asked = isChat ? messagesIn(field(inputs, 'messages')) : null;
  const answered = isChat ? answersIn(field(outputs, 'choices')) : null;
  return (
    <>
      {asked ? <Conversation messages={asked} /> : <Side name="Inputs" value={inputs} />}
      {answered ? <Conversation messages={answered} /> : <Side name="Outputs" value={outputs} />}
      {asked && <Rest value={inputs} />}
    </>
  );
}

interface Message {
  readonly role: string;
  readonly content: Json;
  readonly calls: Json;
}

function Conversation({ messages }: { readonly messages: readonly Message[] }) {
  return (
    <ol class="messages">
      {messages.map(({ role, content, calls }, index) => (
        <li key={index} class={`message message-${/^[a-z]+$/.test(role) ? role : 'other'}`}>
          <span class="message-role">
            <Inline text={role} />
          </span>
          {typeof content === 'string' ? (
            <Text text={content} limit={3_000} />
          ) : (
            content !== null && <JsonView value={content} />
          )}
          {calls !== null && <JsonView value={calls} />}
        </li>
      ))}
    </ol>
  );
}

function Side({ name, value }: { readonly name: string; readonly value: Json }) {
  if (value === null) return null;
  return (
    <div class="example-part">
      <h4>{name}</h4>
      <JsonView value={value} />
    </div>
  );
}

/** The rest of a request: model, tools, temperature. */
function Rest({ value }: { readonly value: Json }) {
  const { messages: _, ...rest } = (value ?? {}) as { readonly [key: string]: Json };
  if (Object.keys(rest).length === 0) return null;
  return (
    <details>
      <summary>Request settings</summary>
      <JsonView value={rest} />
    </details>
  );
}

function messagesIn(list: Json): Message[] | null {
  if (!Array.isArray(list)) return null;
  return list.map((message: Json) => ({
    role: String(field(message, 'role') ?? 'message'),
    content: field(message, 'content'),
    calls: field(message, 'tool_calls'),
  }));
}

function answersIn(list: Json): Message[] | null {
  return Array.isArray(list) ? messagesIn(list.map((choice: Json) => field(choice, 'message'))) : null;
}

function field(value: Json, name: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return (value as { readonly [key: string]: Json })[name] ?? null;
}
