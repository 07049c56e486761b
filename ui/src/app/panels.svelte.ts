/** Which panels are shown beside the timeline. In a narrow window the list of runs is a drawer over it. */
export class Panels {
  step = $state(true);
  wide = $state(false);
  drawer = $state(false);
  #runs = $state(true);

  runsShown(narrow: boolean): boolean {
    return narrow ? this.drawer : this.#runs && !this.wide;
  }

  showRuns(narrow: boolean): void {
    if (!this.runsShown(narrow)) this.toggleRuns(narrow);
  }

  toggleRuns(narrow: boolean): void {
    if (narrow) this.drawer = !this.drawer;
    else if (this.wide) [this.wide, this.#runs] = [false, true];
    else this.#runs = !this.#runs;
  }

  toggleStep(): void {
    this.step = !this.step;
  }

  /** Room for reading: the step grows, and the list of runs makes way. */
  toggleWide(): void {
    this.step = true;
    this.wide = !this.wide;
  }
}
