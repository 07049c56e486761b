import { expect, it } from 'vitest';
import { culprit, framesOf, shortPath } from './stack';

const TRACE = `Traceback (most recent call last):
  File "/srv/venv/lib/python3.11/site-packages/agents/runner.py", line 412, in _run_tool
    result = await tool.invoke(context)
  File "/srv/desk/tools/__init__.py", line 41, in run_tool
    return await fn(**args)
             ^^^^^^^^^^^^^^
  File "/srv/desk/tools/billing.py", line 88, in issue_refund
    charge = ledger.get(charge_id)
  File "<frozen importlib._bootstrap>", line 1027, in _find_and_load
billing.ChargeNotFound: No charge`;

it('reads the frames of a Python stack trace', () => {
  expect(framesOf(TRACE).map(({ line, where, code, own }) => [line, where, code, own])).toEqual([
    [412, '_run_tool', 'result = await tool.invoke(context)', false],
    [41, 'run_tool', 'return await fn(**args)', true],
    [88, 'issue_refund', 'charge = ledger.get(charge_id)', true],
    [1027, '_find_and_load', null, false],
  ]);
});

it('blames the innermost frame of the program itself', () => {
  expect(culprit(framesOf(TRACE))?.line).toBe(88);
});

it('finds no frames in other text', () => {
  expect(framesOf('at Object.<anonymous> (/app/index.js:3:9)')).toEqual([]);
});

it('shortens a path to its end', () => {
  expect(shortPath('/srv/desk/tools/billing.py')).toBe('desk/tools/billing.py');
});
