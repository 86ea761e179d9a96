/** The kill switch (design 5.7): read before every effect; when it cannot be read there is no effect. */
export interface Pause {
  /** Who paused and why, in words for people. */
  readonly reason: string;
  /** When it ends by itself; absent = when a person resumes. */
  readonly until?: number;
}

export interface SwitchState {
  /** The pause in force, or absent while everything runs. */
  readonly pause?: Pause;
  /** How long pauses have lasted in all, this one included: deadlines stand still meanwhile. */
  readonly stoodStillMs: number;
}

export interface Switch {
  /** @throws Unavailable */
  read(): Promise<SwitchState>;
}

/** The hand on the switch: for the command line and `/pause`. */
export interface SwitchControl extends Switch {
  pause(pause: Pause): Promise<void>;
  resume(): Promise<void>;
}
