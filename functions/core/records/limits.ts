/** Every limit that a record must keep, in one place; adapters enforce the sizes, schemas the rest (design 5.5). */

/** A run in bytes of canonical JSON: it is read and written at every step, so it stays small. */
export const RUN_MAX_BYTES = 64 * 1024;

/** Any other record in bytes of canonical JSON: below etcd's request limit with room to spare. */
export const RECORD_MAX_BYTES = 256 * 1024;

/** A step's output in bytes of JSON: it stands in the run, where expressions see it. */
export const OUTPUT_MAX_BYTES = 4 * 1024;

/** An error in UTF-16 units: one of 769 bytes crashed a Knative dispatcher (contracts 12.3). */
export const ERROR_MAX_LENGTH = 512;

/** A name of a record: what a Kubernetes object name allows. */
export const NAME_MAX_LENGTH = 253;

/** Alerts that one run notes; what is over this is counted, not kept. */
export const ALERTS_PER_RUN = 50;

/** Approvals that one run remembers having noted. */
export const STATEMENTS_PER_RUN = 200;

/** Files of one change (safety T18). */
export const FILES_PER_CHANGE = 20;

/** Changed lines of one change, removed and added together (safety T18). */
export const LINES_PER_CHANGE = 400;

/** Warnings that a run keeps; the oldest go first. */
export const WARNINGS_PER_RUN = 20;
