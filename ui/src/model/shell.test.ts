import { expect, it } from 'vitest';
import { quoted } from './shell';

it('quotes only what a shell would take apart', () => {
  expect(quoted('~/.local/share/spans.db')).toBe('~/.local/share/spans.db');
  expect(quoted('/tmp/my runs/a.db')).toBe("'/tmp/my runs/a.db'");
  expect(quoted("/tmp/it's.db")).toBe(String.raw`'/tmp/it'\''s.db'`);
});
