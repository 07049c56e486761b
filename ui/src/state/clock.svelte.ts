/** The time, as often as something on the page needs it. */
const LIVE_MS = 250;
const QUIET_MS = 15_000;

export class Clock {
  now = $state(Date.now());
  #timer: ReturnType<typeof setInterval> | undefined;

  /** `live`: something on the page grows with time. */
  tick(live: boolean): void {
    clearInterval(this.#timer);
    this.now = Date.now();
    this.#timer = setInterval(() => (this.now = Date.now()), live ? LIVE_MS : QUIET_MS);
  }
}
