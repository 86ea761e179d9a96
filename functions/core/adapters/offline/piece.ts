/** The parts into which a dump is cut while it is read, so that no more than one object's text is in memory at a time. */

/** Largest text of one object, in UTF-16 units: etcd takes 1.5 MiB, and indentation makes it longer. */
const PIECE_MAX_LENGTH = 8 * 1024 * 1024;

export interface Piece {
  /** `item`: one element of a list; `document`: a document, without the items of a list, which came before; `broken`: what could not be cut out. */
  readonly part: "item" | "document" | "broken";
  /** The text; of a broken piece, what is wrong with it. */
  readonly text: string;
  /** Line on which it begins, one-based. */
  readonly line: number;
}

/** Cuts a stream of text into pieces. */
export interface Splitter {
  push(chunk: string): readonly Piece[];
  /** What is left at the end of the text. */
  end(): readonly Piece[];
}

/** The text of a piece while it is gathered; what grows too large is let go, and said. */
export class Gathering {
  private readonly parts: string[] = [];
  private length = 0;
  private fault: string | undefined;
  readonly line: number;

  constructor(line: number) {
    this.line = line;
  }

  add(text: string): void {
    this.length += text.length;
    if (this.length > PIECE_MAX_LENGTH) this.spoil(`is larger than ${PIECE_MAX_LENGTH / 1024 / 1024} MiB`);
    if (this.fault === undefined && text !== "") this.parts.push(text);
  }

  /** Lets the text go: it must not reach a parser. */
  spoil(fault: string): void {
    this.fault ??= fault;
    this.parts.length = 0;
  }

  text(): string {
    return this.parts.join("");
  }

  piece(part: "item" | "document"): Piece {
    return this.fault === undefined ? { part, text: this.text(), line: this.line } : { part: "broken", text: this.fault, line: this.line };
  }
}
