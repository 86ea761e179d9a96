/** Cuts JSON into objects while it is read: lists into their items, JSON lines and documents one after another into theirs. */
import { YAML_MAX_DEPTH } from "../../records/safe-yaml.ts";
import { Gathering, type Piece, type Splitter } from "./piece.ts";

/** Deepest nesting of one object; the list around it comes on top. */
const MAX_DEPTH = YAML_MAX_DEPTH + 2;

/** The end of a document's text when its items begin. */
const BEFORE_ITEMS = /"items"\s{0,64}:\s{0,64}$/;

/** Text between documents is skipped: `kubectl cluster-info dump` puts logs there. */
export class JsonSplitter implements Splitter {
  private depth = 0;
  private inString = false;
  private escaped = false;
  private line = 1;
  private document: Gathering | undefined;
  private item: Gathering | undefined;
  /** The depth at which the items of the current list stand; 0 outside of a list. */
  private itemDepth = 0;
  private chunk = "";
  /** Where in the chunk the text begins that is not gathered yet. */
  private from = 0;
  private pieces: Piece[] = [];

  push(chunk: string): readonly Piece[] {
    this.chunk = chunk;
    this.from = 0;
    this.pieces = [];
    for (let at = 0; at < chunk.length; at += 1) {
      const sign = chunk[at];
      if (sign === "\n") this.line += 1;
      if (this.inString) this.seeInString(sign);
      else if (sign === '"') this.inString = this.depth > 0;
      else if (sign === "{" || sign === "[") this.open(at);
      else if ((sign === "}" || sign === "]") && this.depth > 0) this.close(at);
    }
    this.gather(chunk.length);
    return this.pieces;
  }

  end(): readonly Piece[] {
    return this.depth === 0 ? [] : [{ part: "broken", text: "ends in the middle of a document", line: this.item?.line ?? this.document?.line ?? this.line }];
  }

  private seeInString(sign: string | undefined): void {
    if (this.escaped) this.escaped = false;
    else if (sign === "\\") this.escaped = true;
    else if (sign === '"') this.inString = false;
  }

  private open(at: number): void {
    const isList = this.chunk[at] === "[";
    if (this.depth === 0) this.begin(at, isList);
    else if (this.depth === 1 && isList && this.itemDepth === 0) this.openItems(at);
    else if (this.depth === this.itemDepth && !this.item) {
      this.item = new Gathering(this.line);
      this.from = at;
    }
    this.depth += 1;
    if (this.depth > MAX_DEPTH) (this.item ?? this.document)?.spoil(`is nested deeper than ${YAML_MAX_DEPTH} levels`);
  }

  private begin(at: number, isList: boolean): void {
    this.document = new Gathering(this.line);
    this.from = at;
    if (!isList) return;
    this.gather(at + 1);
    this.itemDepth = 1;
  }

  private openItems(at: number): void {
    this.gather(at);
    if (BEFORE_ITEMS.test(this.document?.text().slice(-200) ?? "")) {
      this.gather(at + 1);
      this.itemDepth = 2;
    }
  }

  private close(at: number): void {
    this.depth -= 1;
    if (this.item && this.depth === this.itemDepth) {
      this.gather(at + 1);
      this.pieces.push(this.item.piece("item"));
      this.item = undefined;
    } else if (this.itemDepth > 0 && this.depth === this.itemDepth - 1) {
      this.itemDepth = 0;
      this.from = at;
    }
    if (this.depth > 0 || !this.document) return;
    this.gather(at + 1);
    this.pieces.push(this.document.piece("document"));
    this.document = undefined;
  }

  /** Takes the text up to `end` into what is open; between the items of a list there is nothing to keep. */
  private gather(end: number): void {
    const text = this.chunk.slice(this.from, end);
    if (this.item) this.item.add(text);
    else if (this.itemDepth === 0) this.document?.add(text);
    this.from = end;
  }
}
