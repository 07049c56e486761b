/** Compiler options shared by Vite and svelte-check. */
export default {
  compilerOptions: {
    runes: true,
    // Elements are made one by one, never parsed from a string, so that the page works with `trusted-types 'none'`.
    fragments: 'tree',
    // Four characters tell our few components apart; Svelte's own names are longer than most of our classes.
    cssHash: ({ hash, filename }) => `s${hash(filename).slice(0, 4)}`,
  },
};
