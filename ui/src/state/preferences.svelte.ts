/** What a person set up for themselves: kept in this browser, sent nowhere. */
export type Theme = 'system' | 'light' | 'dark';

interface Kept {
  theme: Theme;
  runsWidth: number;
  stepWidth: number;
  onlyNew: boolean;
}

/** public/theme.js reads the theme from here before the first paint. */
const NAME = 'agent-inspector';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export class Preferences {
  theme = $state<Theme>('system');
  /** Null: as wide as the window asks for. */
  runsWidth = $state<number | null>(null);
  stepWidth = $state<number | null>(null);
  onlyNew = $state(true);

  constructor() {
    const kept = read();
    this.theme = THEMES.find((theme) => theme === kept.theme) ?? 'system';
    this.runsWidth = typeof kept.runsWidth === 'number' ? kept.runsWidth : null;
    this.stepWidth = typeof kept.stepWidth === 'number' ? kept.stepWidth : null;
    this.onlyNew = kept.onlyNew !== false;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    this.#keep();
  }

  nextTheme(): void {
    this.setTheme(THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? 'system');
  }

  setRunsWidth(width: number): void {
    this.runsWidth = width;
    this.#keep();
  }

  setStepWidth(width: number): void {
    this.stepWidth = width;
    this.#keep();
  }

  toggleOnlyNew(): void {
    this.onlyNew = !this.onlyNew;
    this.#keep();
  }

  #keep(): void {
    const { theme, runsWidth, stepWidth, onlyNew } = this;
    try {
      localStorage.setItem(NAME, JSON.stringify({ theme, runsWidth, stepWidth, onlyNew }));
    } catch {
      // No storage in this browser: it holds until the page is closed.
    }
  }
}

function read(): { readonly [Name in keyof Kept]?: unknown } {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return {};
  }
}
