/** How the UI becomes plain files that a strict content security policy accepts: no inline script or style, no remote address. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** `npm run dev` passes API calls on to a server that is already running. */
const apiServer = process.env.AGENT_INSPECTOR_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: '/ui/',
  plugins: [svelte()],
  build: {
    outDir: '../agent_inspector/server/static',
    emptyOutDir: true,
    // The oldest browsers with `light-dark()`, which carries both themes in one list of tokens.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
  },
  server: { host: '127.0.0.1', proxy: { '/v1': apiServer, '/health': apiServer } },
});
