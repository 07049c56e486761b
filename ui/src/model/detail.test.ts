/** What the panel of a step says, by kind. */
import { describe, expect, it } from 'vitest';
import { blocksOf } from './blocks';
import { factsOf } from './facts';
import { sampleDetail, sampleModelCall, sampleStep } from './samples';
import { chosenTab, tabsOf } from './tabs';
import { readTool } from './tools';
import { buildTree } from './tree';

const steps = [
  sampleStep(1),
  sampleModelCall(2),
  sampleStep(3, { tool_name: 'refund', status: 'interrupted' }),
];
const tree = buildTree(steps);
const [root, model, tool] = steps.map((step) => sampleDetail(step));
const said = (facts: ReturnType<typeof factsOf>) => facts.map(({ label, value }) => `${label}: ${value}`);

describe('facts', () => {
  it('of a model call are eight, and unknown ones are dashes', () => {
    expect(said(factsOf(model!, tree))).toEqual([
      'Time: 50 ms',
      'First token: –',
      'Cost: $0.010',
      'Finish: –',
      'Input: 100',
      'Cached: –',
      'Output: 20',
      'Reasoning: –',
    ]);
  });

  it('of a model call that goes on say what is known so far, and what is not known yet', () => {
    const open = sampleModelCall(4, {
      status: 'running',
      duration_ms: 2000,
      cost_usd: null,
      tokens: { input: 100 },
    });
    const words = {
      output_messages: [{ role: 'assistant', parts: [{ type: 'text', content: 'w'.repeat(40) }] }],
    };

    expect(said(factsOf(sampleDetail(open), tree, 600)).slice(2)).toEqual([
      'Cost: not yet',
      'Finish: not yet',
      'Input: 100',
      'Cached: –',
      'Output so far: not yet',
      'Speed: not yet',
    ]);
    expect(said(factsOf(sampleDetail(open, words), tree, 600)).slice(6)).toEqual([
      'Output so far: ≈ 10',
      'Speed: ≈ 5.0 tok/s',
    ]);
  });

  it('of an interrupted tool call give a lower bound, and the call that chose it', () => {
    expect(said(factsOf(tool!, tree))).toEqual([
      'Open at least: 50 ms',
      'Started after: 300 ms',
      'Chosen by: step 2',
      'Call id: –',
    ]);
  });

  it('of an agent sum up what is inside', () => {
    expect(said(factsOf(root!, tree))).toContain('Tokens: 120');
  });

  it('of an instant claim no duration', () => {
    const instant = sampleDetail(sampleStep(4, { duration_ms: null }));

    expect(said(factsOf(instant, tree))[0]).toBe('Time: an instant');
  });
});

describe('tabs', () => {
  it('of a model call are always the same', () => {
    expect(tabsOf(model!).map((tab) => tab.id)).toEqual(['messages', 'tools', 'parameters', 'cost', 'raw']);
  });

  it('of other steps depend on what was recorded', () => {
    const agent = sampleDetail(sampleStep(1), { input_messages: ['Hello'] });

    expect([tabsOf(tool!), tabsOf(agent)].map((tabs) => tabs.map((tab) => tab.id))).toEqual([
      ['details', 'raw'],
      ['details', 'messages', 'raw'],
    ]);
  });

  it('fall back to the first one', () => {
    expect([chosenTab(tabsOf(tool!), 'messages'), chosenTab(tabsOf(tool!), 'raw')]).toEqual([
      'details',
      'raw',
    ]);
  });
});

describe('the content of a step', () => {
  it('that called a tool is its arguments and its result', () => {
    const detail = sampleDetail(sampleStep(3, { tool_name: 'refund' }), { tool_arguments: '{"id": 7}' });

    expect(blocksOf(detail)).toEqual([
      { title: 'Arguments', values: { id: 7 }, none: 'Called without arguments.' },
      { title: 'Result', none: 'No result was recorded.' },
    ]);
  });

  it('keeps a result that is false, zero or empty', () => {
    const results = [false, 0, ''].map((tool_result) => sampleDetail(sampleStep(3), { tool_result }));

    expect(results.map((detail) => blocksOf(detail)[1]?.value)).toEqual([false, 0, '']);
  });

  it('that read a memory is its value, and a query that says more than the key', () => {
    const detail = sampleDetail(sampleStep(3, { kind: 'memory' }), {
      input_value: 'profile',
      output_value: ['vip'],
    });

    expect(blocksOf(detail).map(({ title }) => title)).toEqual(['Query', 'Value']);
  });
});

describe('an offered tool', () => {
  const parameters = {
    properties: {
      city: { type: 'string' },
      days: { type: 'integer', default: 3 },
      unit: { enum: ['c', 'f'] },
      odd: 5,
    },
    required: ['city'],
  };

  it.each([
    ['plain', { name: 'weather', parameters }],
    ['nested', { type: 'function', function: { name: 'weather', parameters } }],
  ])('in %s form is read with its signature', (_, raw) => {
    expect(readTool(raw)).toMatchObject({
      name: 'weather',
      signature: 'city: string, days?: integer = 3, unit?: enum(2), odd?: any',
    });
  });

  it('of an unknown form is kept', () => {
    expect(readTool('weather')).toEqual({
      name: 'unnamed',
      description: null,
      signature: '',
      raw: 'weather',
    });
  });
});
