/** Cuts YAML into objects while it is read: documents at `---`, and a list as `kubectl get -o yaml` writes it into its items. */
import { Gathering, type Piece, type Splitter } from "./piece.ts";

const DOCUMENT_START = /^---(?:[ \t]|$)/;
const DOCUMENT_END = /^\.\.\.(?:[ \t]|$)/;
const ITEMS = /^items:[ \t]*(?:#.*)?$/;
const ITEM = /^( *)-(?: |$)/;

/** A line that is longer than this is not cut any further, so that a binary file does not grow in memory. */
const LINE_MAX_LENGTH = 8 * 1024 * 1024;

/** Block scalars and quoted text of an item are indented deeper than its dash, so that a dash at that column always begins the next. */
export class YamlSplitter implements Splitter {
  private rest = "";
  private line = 0;
  private document: Gathering | undefined;
  private item: Gathering | undefined;
  /** The spaces before the dashes of the items; undefined outside of a list. */
  private indent: string | undefined;
  private atItems = false;
  private tooLong = false;
  private pieces: Piece[] = [];

  push(chunk: string): readonly Piece[] {
    this.pieces = [];
    const lines = (this.rest + chunk).split("\n");
    this.rest = lines.pop() ?? "";
    if (this.rest.length > LINE_MAX_LENGTH) {
      this.rest = "";
      this.tooLong = true;
    }
    for (const line of lines) this.see(line);
    return this.pieces;
  }

  end(): readonly Piece[] {
    this.pieces = [];
    if (this.rest !== "") this.see(this.rest);
    this.endDocument();
    return this.pieces;
  }

  private see(raw: string): void {
    this.line += 1;
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (this.tooLong) this.spoilLine();
    if (DOCUMENT_START.test(line)) {
      this.endDocument();
      const rest = line.slice(3);
      if (rest.trim() !== "") this.gatherDocument(rest);
    } else if (DOCUMENT_END.test(line)) this.endDocument();
    else if (this.item || this.atItems) this.seeInList(line);
    else if (ITEMS.test(line)) this.atItems = true;
    else if (!line.startsWith("%")) this.gatherDocument(line);
  }

  private seeInList(line: string): void {
    const indent = ITEM.exec(line)?.[1];
    const begins = indent !== undefined && (this.indent ?? indent) === indent;
    if (begins) {
      this.endItem();
      this.indent = indent;
      this.item = new Gathering(this.line);
      this.item.add(`${indent}  ${line.slice(indent.length + 2)}\n`);
    } else if (/^[^\s#-]/.test(line)) {
      this.endItem();
      this.atItems = false;
      this.indent = undefined;
      this.gatherDocument(line);
    } else this.item?.add(`${line}\n`);
    if (this.item) this.document ??= new Gathering(this.line);
  }

  private gatherDocument(line: string): void {
    this.document ??= new Gathering(this.line);
    this.document.add(`${line}\n`);
  }

  private spoilLine(): void {
    this.tooLong = false;
    this.document ??= new Gathering(this.line);
    (this.item ?? this.document).spoil("has a line that is too long to be YAML");
  }

  private endItem(): void {
    if (this.item) this.pieces.push(this.item.piece("item"));
    this.item = undefined;
  }

  private endDocument(): void {
    this.endItem();
    if (this.document) this.pieces.push(this.document.piece("document"));
    this.document = undefined;
    this.atItems = false;
    this.indent = undefined;
  }
}
