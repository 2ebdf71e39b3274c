/**
 * The GenAI conventions' names of providers, by the names of ax's services in lower case with letters and digits only.
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

/**
 * Returns `gen_ai.provider.name` for a service. A service that the conventions do not list keeps its name in lower
 * case.
 */
export function providerName(service: string): string {
  const name = service.toLowerCase();
  return KNOWN.get(name.replace(/[^a-z0-9]/g, '')) ?? name.trim().replace(/\s+/g, '_');
}
