import type { CertificateCheck, CertificateData } from 'ax-autolog/analysis';
import { Text } from '../parts/text.jsx';

const CHECKS: Record<CertificateCheck['name'], string> = {
  returned: 'The returned program has the state of the best trial',
  serialized: 'Its state survives being written and read',
  loaded: 'A program that loads it has that state',
  rendered: 'The loaded program sends the same requests',
};

const VERDICTS = {
  certified: 'The program that was returned is the one that was scored.',
  failed: 'The program that was returned is not the one that was scored.',
  incomplete: 'Nothing speaks against it, but not everything could be checked.',
} as const;

/** Whether the returned program is the one that was scored, with each check. */
export function Certificate({ certificate }: { readonly certificate: CertificateData | null }) {
  if (certificate === null) {
    return (
      <aside class="certificate" aria-label="Certificate">
        <h3>Certificate</h3>
        <p class="muted">None: the compile has not ended, returned nothing, or was recorded without one.</p>
      </aside>
    );
  }
  const { verdict, checks } = certificate;
  return (
    <aside class={`certificate is-${verdict}`} aria-label="Certificate" data-verdict={verdict}>
      <h3>Certificate: {verdict}</h3>
      <p>{VERDICTS[verdict]}</p>
      <ul>
        {checks.map(({ name, passed, detail }) => (
          <li key={name} class={passed === null ? 'is-open' : passed ? 'is-passed' : 'is-missed'}>
            <span class="check-sign" aria-hidden="true">
              {passed === null ? '–' : passed ? '✓' : '✕'}
            </span>
            <span>
              {CHECKS[name] ?? name}
              <span class="unseen">{passed === null ? ': not checked' : passed ? ': yes' : ': no'}</span>
              <Text text={detail} class="muted" limit={400} />
            </span>
          </li>
        ))}
      </ul>
    </aside>
  );
}
