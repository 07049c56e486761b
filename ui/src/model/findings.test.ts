import { describe, expect, it } from 'vitest';
import {
  besideStep,
  byStep,
  classWord,
  isSuspect,
  nextFinding,
  onStep,
  proofsBeside,
  proofsOf,
  toneOf,
  wasteOf,
} from './findings';
import { sampleFinding, sampleFindings, sampleStep } from './samples';

const three = sampleFindings(sampleFinding(1, 'b'), sampleFinding(2, 'a'), sampleFinding(3, 'b'));

describe('findings', () => {
  it('belong to the step where to look first', () => {
    expect(
      byStep(three)
        .get('b')
        ?.map(({ number }) => number),
    ).toEqual([1, 3]);
    expect(byStep(null).size).toBe(0);
  });

  it('are walked in the order of their numbers, each step once, around the end', () => {
    expect(nextFinding(three, null, 1)).toBe('b');
    expect(nextFinding(three, 'b', 1)).toBe('a');
    expect(nextFinding(three, 'a', 1)).toBe('b');
    expect(nextFinding(three, 'elsewhere', -1)).toBe('a');
    expect(nextFinding(sampleFindings(), 'a', 1)).toBeUndefined();
  });

  it('have a word and a tone', () => {
    const cut = sampleFinding(1, 'a', { finding_class: 'not_seen', severity: 'warning' });
    expect([classWord(cut), toneOf(cut)]).toEqual(['Not seen', 'warn']);
    expect(toneOf(sampleFinding(1, 'a', { severity: 'info' }))).toBe('quiet');
  });

  it('are suspected by their id', () => {
    const suspect = { step_id: 'b', step_number: 2, finding_id: 'error-1', confidence: 0.6, sentence: '' };
    const named = { ...three, first_suspect: suspect };
    expect(named.findings.map((each) => isSuspect(named, each))).toEqual([true, false, false]);
  });
});

describe('a finding in full', () => {
  it('puts places together that say the same', () => {
    const place = (step_number: number, role: string) => ({
      step_id: `s${step_number}`,
      step_number,
      role,
      place: null,
      quote: null,
    });
    const evidence = [place(2, 'first'), place(4, 'again'), place(6, 'again'), place(6, 'again')];

    expect(
      proofsOf(sampleFinding(1, 'a', { evidence })).map(({ role, steps }) => [role, steps.length]),
    ).toEqual([
      ['first', 1],
      ['again', 2],
    ]);
  });

  it('names what was wasted as far as it is known', () => {
    const waste = { wasted_tokens: 28_900, wasted_ms: 21_000 };

    expect(wasteOf(sampleFinding(1, 'a', waste))).toBe('Wasted: 28.9k tokens, 21.0 s');
    expect(wasteOf(sampleFinding(1, 'a'))).toBeNull();
  });
});

describe('what a finding says', () => {
  const message = "No charge with id 'ch_2'";
  const sentence = `Step 4, \`refund\`, failed 5 times: NotFound: ${message}. It ended the run.`;

  it('leaves the number to the link beside it', () => {
    expect(besideStep(sentence, 4)).toBe(
      `\`refund\` failed 5 times: NotFound: ${message}. It ended the run.`,
    );
    expect(besideStep('Step 4, `refund`: NotFound.', 4)).toBe('`refund`: NotFound.');
    expect(besideStep('Step 4, **a, b**, took 9 s.', 4)).toBe('**a, b** took 9 s.');
    expect(besideStep('Step 4 tells of an error: X', 4)).toBe('Tells of an error: X');
    expect(besideStep('Step 41 tells of an error', 4)).toBe('Step 41 tells of an error');
    expect(besideStep(sentence, undefined)).toBe(sentence);
  });

  it('leaves the error to the step that shows it', () => {
    const step = sampleStep(4, { error_message: message });

    expect(onStep(sentence, step)).toBe('`refund` failed 5 times. It ended the run.');
    expect(onStep(`Step 4, \`refund\`: ${message}`, step)).toBe(`\`refund\`: ${message}`);
    expect(onStep(sentence, sampleStep(4))).toBe(besideStep(sentence, 4));
  });

  it('need not be quoted again by the places that it rests on', () => {
    const evidence = [6, 8, 9].map((step_number) => ({
      step_id: `s${step_number}`,
      step_number,
      role: step_number === 6 ? 'failed again' : 'told',
      place: null,
      quote: step_number === 9 ? 'another' : message,
    }));
    const finding = sampleFinding(1, 's4', { evidence, sentence });

    expect(proofsBeside(finding, 's4').map(({ quote }) => quote)).toEqual([null, message, 'another']);
  });
});
