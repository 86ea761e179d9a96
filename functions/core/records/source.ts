/** Files and commits as Git has them: shared by the port that reads them and the pure rooms that decide on them. */

export interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** Name of the author, untrusted. */
  readonly author: string;
  /** Committer date, ms. */
  readonly at: number;
  /** First line of the message, untrusted. */
  readonly subject: string;
  readonly message: string;
}

export interface TreeFile {
  readonly path: string;
  /** `100644`, `100755`; links and submodules (`120000`, `160000`) are listed so that they can be refused. */
  readonly mode: string;
  readonly blob: string;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One file's new text; `content` undefined deletes it. */
export interface FileEdit {
  readonly path: string;
  readonly content: string | undefined;
}

/** One file in two commits, whole texts; undefined where it is not there. */
export interface FileDiff {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}
