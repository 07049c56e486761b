// Sets the chosen theme and density before the first paint; src/state/preferences.svelte.ts owns the stored value.
try {
  const { theme, density } = JSON.parse(localStorage.getItem('agent-inspector') || '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  if (density === 'comfortable') document.documentElement.dataset.density = density;
} catch {
  // No storage, or not ours: the system's theme holds.
}
