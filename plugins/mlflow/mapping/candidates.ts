import type { Envelope, EventData, Json } from 'ax-autolog/sink';
import { type Table, toTable } from './tables.js';

const COLUMNS = ['candidate', 'by', 'status', 'reason', 'parents', 'changed', 'trial', 'texts'];

/** Table `candidates.json`: every candidate of a compile, its status and the reason. */
export class Candidates {
  readonly #rows = new Map<string, Map<string, Json>>();

  get size(): number {
    return this.#rows.size;
  }

  proposed({ candidate, by, changed }: EventData['onCandidateProposed']): void {
    const row = this.#row(candidate.id);
    row.set('by', by).set('texts', candidate.texts);
    row.set('parents', candidate.parents?.join(',') ?? '').set('changed', changed?.join(',') ?? '');
  }

  decided({ data, type }: Envelope<'onCandidateAccepted' | 'onCandidateRejected'>): void {
    const row = this.#row(data.candidateId);
    row.set('status', type === 'onCandidateAccepted' ? 'accepted' : 'rejected');
    row.set('reason', data.reason).set('trial', data.trialId);
  }

  table(): Table {
    return toTable(this.#rows.values(), COLUMNS);
  }

  #row(id: string): Map<string, Json> {
    const known = this.#rows.get(id) ?? new Map<string, Json>([['candidate', id]]);
    this.#rows.set(id, known);
    return known;
  }
}
