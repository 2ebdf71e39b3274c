/**
 * Names that the GenAI conventions give providers, by what ax's services call themselves (lower case, letters and digits).
 * Source: well-known values of `gen_ai.provider.name`,
 * https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/registry/attributes/gen-ai.md
 */
const KNOWN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    openai: 'openai',
    openairesponses: 'openai',
    azureopenai: 'azure.ai.openai',
    anthropic: 'anthropic',
    googlegeminiai: 'gcp.gemini',
    googlegemini: 'gcp.gemini',
    googlevertexai: 'gcp.vertex_ai',
    awsbedrock: 'aws.bedrock',
    bedrock: 'aws.bedrock',
    cohere: 'cohere',
    deepseek: 'deepseek',
    groq: 'groq',
    grok: 'x_ai',
    xai: 'x_ai',
    mistral: 'mistral_ai',
    perplexity: 'perplexity',
  }),
);

/** `gen_ai.provider.name` for a service; one that the conventions do not know keeps its own name, in lower case. */
export function providerName(service: string): string {
  const name = service.toLowerCase();
  return KNOWN.get(name.replace(/[^a-z0-9]/g, '')) ?? name.trim().replace(/\s+/g, '_');
}
