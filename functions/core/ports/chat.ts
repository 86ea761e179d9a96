/** One way to reach people beside the thread: the terminal, a webhook, Alertmanager, a chat service. Messages may repeat (design 2, 8.8). */
export interface ChatMessage {
  /** Stable for one thing said, so that a receiver can drop a repeat. */
  readonly id: string;
  /** The run that it is about: the same for everything that is said of it. */
  readonly about: string;
  readonly title: string;
  /** Plain text, harmless, at most 4,000 characters. */
  readonly text: string;
  readonly url?: string;
  readonly urgent: boolean;
  /** Whether a person is needed from now on: `wanted` until it is `over`; news alone change nothing about it. */
  readonly person?: "wanted" | "over";
  /** When it was said, and how long a wanted person counts as wanted unless it is said again; ms since the epoch. */
  readonly at: number;
  readonly until: number;
}

export interface Chat {
  readonly name: string;
  /** Keeps a state that has to be ended: it hears of every message by which a person is not needed any more. */
  readonly keepsState?: boolean;
  /** @throws Unavailable, Refused */
  send(message: ChatMessage, signal?: AbortSignal): Promise<void>;
}
