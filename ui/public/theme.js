// Sets the chosen theme before the first paint; src/state/preferences.svelte.ts owns the stored value.
try {
  const theme = JSON.parse(localStorage.getItem('agent-inspector') || '{}').theme;
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage, or not ours: the system's theme holds.
}
