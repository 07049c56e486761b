/** Work that is asked for often and done seldom: never twice at once, and with a rest after each time. */
export class Pace {
  readonly #work: () => Promise<void>;
  readonly #restMs: number;
  #asked = false;
  #busy = false;

  constructor(work: () => Promise<void>, restMs: number) {
    this.#work = work;
    this.#restMs = restMs;
  }

  ask(): void {
    this.#asked = true;
    if (!this.#busy) void this.#run();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (this.#asked) {
      this.#asked = false;
      const start = performance.now();
      await this.#work();
      // Slow answers earn a longer rest, so that a large run costs at most a third of the time.
      const rest = Math.max(this.#restMs, 2 * (performance.now() - start));
      await new Promise((done) => setTimeout(done, rest));
    }
    this.#busy = false;
  }
}
