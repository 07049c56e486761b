import { describe, expect, it } from 'vitest';
import { axisOf, barOf, spanOf } from './axis';
import { sampleStep } from './samples';

describe('the axis', () => {
  it.each([
    [48_320, 5, 'seconds', ['0', '10', '20', '30', '40']],
    [850, 5, 'ms', ['0', '200', '400', '600']],
    [2_500, 5, 'seconds', ['0', '0.5', '1', '1.5', '2']],
    [1_001_000, 5, 'minutes', ['0', '5', '10', '15']],
    [6 * 3_600_000, 5, 'hours', ['0', '2', '4']],
  ])('of %d ms counts in round %s', (total, most, unit, labels) => {
    const axis = axisOf(total, most);

    expect([axis.unit, axis.ticks.map((tick) => tick.label)]).toEqual([unit, labels]);
  });

  it('of a run without any length still exists', () => {
    expect(axisOf(0, 5).totalMs).toBe(1);
  });
});

const whole = { fromMs: 0, toMs: 1000 };

describe('a bar', () => {
  it('is cut where the axis shows only a part of it, and absent outside', () => {
    const step = sampleStep(2, { offset_ms: 250, duration_ms: 500 });

    expect(barOf(step, { fromMs: 500, toMs: 1000 })).toEqual({ left: '0.00%', width: '50.00%' });
    expect(barOf(step, { fromMs: 800, toMs: 1000 })).toBeNull();
  });

  it('begins and ends in proportion', () => {
    expect(barOf(sampleStep(2, { offset_ms: 250, duration_ms: 500 }), whole)).toEqual({
      left: '25.00%',
      width: '50.00%',
    });
  });

  it('of an open step grows, but not beyond the axis', () => {
    const step = sampleStep(2, { offset_ms: 500, duration_ms: 100, status: 'running' });

    expect([barOf(step, whole, 200)?.width, barOf(step, whole, 9000)?.width]).toEqual(['30.00%', '50.00%']);
  });

  it('of an instant has no width', () => {
    expect(barOf(sampleStep(2, { offset_ms: 500, duration_ms: null }), whole)?.width).toBe('0.00%');
  });
});

it('makes room for steps that outlive their run', () => {
  expect(spanOf([sampleStep(2, { offset_ms: 900, duration_ms: 400 })], 1000)).toBe(1300);
});

it('begins where it is told to, with labels that count from the start of the run', () => {
  const axis = axisOf(10_000, 5, 11_000);

  expect(axis.ticks.map(({ label, left }) => `${label} ${left}`)).toEqual([
    '12 10.00%',
    '14 30.00%',
    '16 50.00%',
    '18 70.00%',
    '20 90.00%',
  ]);
});
