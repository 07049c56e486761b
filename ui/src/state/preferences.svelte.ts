/** What a person set up for themselves: kept in this browser, sent nowhere. */
export type Theme = 'system' | 'light' | 'dark';
export type Density = 'compact' | 'comfortable';
/** Where a run opens that failed. */
export type OpensAt = 'suspect' | 'error' | 'start';

interface Kept {
  theme: Theme;
  density: Density;
  singleKeys: boolean;
  runsWidth: number;
  stepWidth: number;
  onlyNew: boolean;
  repeats: boolean;
  toolLines: boolean;
  critical: boolean;
  bySession: boolean;
  opensAt: OpensAt;
}

/** public/theme.js reads theme and density from here before the first paint. */
const NAME = 'agent-inspector';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export class Preferences {
  theme = $state<Theme>('system');
  density = $state<Density>('compact');
  /** Keys without a modifier do something; speech input may want them off. */
  singleKeys = $state(true);
  /** Null: as wide as the window asks for. */
  runsWidth = $state<number | null>(null);
  stepWidth = $state<number | null>(null);
  onlyNew = $state(true);
  /** Steps that repeat are folded. */
  repeats = $state(true);
  /** A tool step takes one line of the conversation. */
  toolLines = $state(true);
  /** The critical path and waits on it are marked. */
  critical = $state(false);
  /** The runs of one session stand together in the list. */
  bySession = $state(false);
  opensAt = $state<OpensAt>('suspect');

  constructor() {
    const kept = read();
    this.theme = THEMES.find((theme) => theme === kept.theme) ?? 'system';
    this.density = kept.density === 'comfortable' ? 'comfortable' : 'compact';
    this.singleKeys = kept.singleKeys !== false;
    this.runsWidth = typeof kept.runsWidth === 'number' ? kept.runsWidth : null;
    this.stepWidth = typeof kept.stepWidth === 'number' ? kept.stepWidth : null;
    this.onlyNew = kept.onlyNew !== false;
    this.repeats = kept.repeats !== false;
    this.toolLines = kept.toolLines !== false;
    this.critical = kept.critical === true;
    this.bySession = kept.bySession === true;
    this.opensAt = kept.opensAt === 'error' || kept.opensAt === 'start' ? kept.opensAt : 'suspect';
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    this.#keep();
  }

  setDensity(density: Density): void {
    this.density = density;
    if (density === 'compact') delete document.documentElement.dataset.density;
    else document.documentElement.dataset.density = density;
    this.#keep();
  }

  /** Height of a step in pixels; `--row` in app.css is the same. */
  get rowHeight(): number {
    return this.density === 'compact' ? 24 : 30;
  }

  setSingleKeys(on: boolean): void {
    this.singleKeys = on;
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

  toggleRepeats(): void {
    this.repeats = !this.repeats;
    this.#keep();
  }

  toggleToolLines(): void {
    this.toolLines = !this.toolLines;
    this.#keep();
  }

  toggleCritical(): void {
    this.critical = !this.critical;
    this.#keep();
  }

  toggleSessions(): void {
    this.bySession = !this.bySession;
    this.#keep();
  }

  setOpensAt(opensAt: OpensAt): void {
    this.opensAt = opensAt;
    this.#keep();
  }

  #keep(): void {
    const { theme, density, singleKeys, runsWidth, stepWidth, onlyNew } = this;
    const { repeats, toolLines, critical, bySession, opensAt } = this;
    const shown = { onlyNew, repeats, toolLines, critical, bySession, opensAt };
    const kept = { theme, density, singleKeys, runsWidth, stepWidth, ...shown };
    try {
      localStorage.setItem(NAME, JSON.stringify(kept));
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
