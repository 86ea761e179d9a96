/** One way to reach people beside the thread: the terminal, a generic webhook, later chat services. Messages may repeat (design 2). */
export interface ChatMessage {
  /** Stable for one thing said, so that a receiver can drop a repeat. */
  readonly id: string;
  readonly title: string;
  /** Plain text, harmless, at most 4,000 characters. */
  readonly text: string;
  readonly url?: string;
  readonly urgent: boolean;
}

export interface Chat {
  readonly name: string;
  /** @throws Unavailable, Refused */
  send(message: ChatMessage, signal?: AbortSignal): Promise<void>;
}
