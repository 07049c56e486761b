/** Whether the server answers, and who is told when runs change. */
import { setApiKey, type ApiError } from '../api/client';
import { LiveStream } from '../api/live';

export class Connection {
  state = $state<'connecting' | 'live' | 'lost'>('connecting');
  problem = $state.raw<ApiError | null>(null);
  retryAt = $state(0);
  #stream: LiveStream;

  constructor(changed: (runIds: readonly string[] | null) => void) {
    this.#stream = new LiveStream({
      changed,
      opened: () => {
        this.state = 'live';
        this.problem = null;
      },
      lost: (error, retryMs) => {
        this.state = 'lost';
        this.problem = error;
        this.retryAt = Date.now() + retryMs;
      },
    });
  }

  open(): void {
    this.#stream.start();
  }

  close(): void {
    this.#stream.stop();
  }

  enterKey(key: string): void {
    setApiKey(key);
    this.open();
  }
}
