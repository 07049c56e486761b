/** Where the values of many steps came from: asked one step at a time, the last wanted first. */
import { getProvenance } from '../api/client';
import type { StepProvenance } from '../api/types';

export class Origins {
  /** By step; those that cannot be read are left out. */
  known = $state.raw<Readonly<Record<string, StepProvenance>>>({});

  readonly #runId: string;
  readonly #asked = new Set<string>();
  readonly #wanted: string[] = [];
  #reading = false;

  constructor(runId: string) {
    this.#runId = runId;
  }

  want(stepId: string): void {
    if (this.#asked.has(stepId)) return;
    this.#asked.add(stepId);
    this.#wanted.push(stepId);
    void this.#read();
  }

  /** Nobody looks any more. */
  stop(): void {
    this.#wanted.length = 0;
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    for (let id = this.#wanted.pop(); id; id = this.#wanted.pop()) {
      try {
        this.known = { ...this.known, [id]: await getProvenance(this.#runId, id) };
      } catch {
        // The words are shown without marks; the rest of the page says what is wrong with the server.
      }
    }
    this.#reading = false;
  }
}
