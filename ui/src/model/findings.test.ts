import { describe, expect, it } from 'vitest';
import { byStep, classWord, isSuspect, nextFinding, proofsOf, toneOf, wasteOf } from './findings';
import { sampleFinding, sampleFindings } from './samples';

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
