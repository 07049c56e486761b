/** Words of a step that, by findings, the run's own results contradict: values to be marked like others. */
import type { Evidence, Finding, RunFindings, StepProvenance, TracedValue, ValueSource } from '../api/types';
import { FLOATING } from './provenance';

/** What is known of a step's values, and what findings say against them. */
export function withContradictions(
  provenance: StepProvenance | null,
  stepId: string,
  found: RunFindings | null,
): StepProvenance | null {
  const against = found?.findings.filter(
    (each) => each.finding_class === 'contradicted' && each.step_id === stepId,
  );
  if (!against?.length) return provenance;
  const values = (provenance?.values ?? []).map((value) => {
    const finding = against.find((each) => isAbout(each, value));
    return finding ? { ...value, verdict: 'contradicted' as const, sources: sourcesOf(finding) } : value;
  });
  const claims = against.filter((each) => !values.some((value) => isAbout(each, value))).flatMap(claimOf);
  return { step_id: stepId, values: [...values, ...claims] };
}

/** Findings name a single value in their sentence, as code. */
function isAbout({ sentence, evidence }: Finding, value: TracedValue): boolean {
  return evidence[0]?.place === value.place && sentence.includes(`\`${value.text}\``);
}

/** A whole sentence that is not so: it stands somewhere in the message. */
function claimOf(finding: Finding): TracedValue[] {
  const [said] = finding.evidence;
  if (!said?.quote || !said.place) return [];
  return [
    {
      place: said.place,
      start: FLOATING,
      end: FLOATING,
      text: said.quote,
      kind: 'text',
      verdict: 'contradicted',
      sources: sourcesOf(finding),
    },
  ];
}

function sourcesOf({ evidence }: Finding): ValueSource[] {
  return evidence.slice(1).map(asSource);
}

function asSource({ step_id, step_number, role, place, quote }: Evidence): ValueSource {
  return { step_id, step_number, place: place ?? '', quote: quote ?? role, exact: true };
}
