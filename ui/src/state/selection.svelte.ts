/** What is selected and searched for: the address is its only source. */
import { HOME, readRoute, writeRoute, type Route } from '../model/routes';

export class Selection {
  route: Route = $state.raw(HOME);

  constructor() {
    this.#read();
    window.addEventListener('popstate', () => this.#read());
  }

  /** `replace`: without a new place in the browser's history, for small moves such as typing or `j`. */
  go(change: Partial<Route>, { replace = false } = {}): void {
    const next = { ...this.route, ...change };
    const address = writeRoute(next);
    if (address === location.pathname + location.search) return;
    if (replace) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    this.route = next;
  }

  /** Follow a link of our own, if it is one. */
  open(address: URL | null): void {
    if (!address) return;
    if (address.href !== location.href) history.pushState(null, '', address);
    this.#read();
  }

  #read(): void {
    this.route = readRoute(location.pathname, location.search);
  }
}
