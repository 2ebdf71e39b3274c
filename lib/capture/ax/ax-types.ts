/** Types of ax that the public API mentions. */
export type { AxAIService, AxGenOut } from '@ax-llm/ax';
