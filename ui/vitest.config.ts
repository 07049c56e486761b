/** Tests run without a browser: what they check is pure, or the sources themselves. */
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['src/**/*.test.ts'] } });
