/** The problems of one workflow file, each with the place that a person has to look at. */
import type { YamlDocument } from "../records/safe-yaml.ts";
import { offsetOf, type Place } from "./place.ts";

/** Most problems that are told of one file. */
const MAX_PROBLEMS = 20;

export interface Problem {
  readonly path: string;
  /** One-based, as editors show them. */
  readonly line: number;
  readonly col: number;
  readonly message: string;
}

export type Report = (place: Place, message: string) => void;

/** Collects problems; those over the limit are dropped. */
export class Problems {
  private readonly list: Problem[] = [];
  private readonly path: string;
  private readonly text: string;
  private readonly yaml: YamlDocument;

  constructor(path: string, text: string, yaml: YamlDocument) {
    this.path = path;
    this.text = text;
    this.yaml = yaml;
  }

  readonly report: Report = (place, message) => this.add(offsetOf(this.yaml.document, this.text, place), message);

  add(offset: number, message: string): void {
    if (this.list.length < MAX_PROBLEMS) this.list.push({ path: this.path, ...this.yaml.position(offset), message });
  }

  get any(): boolean {
    return this.list.length > 0;
  }

  /** In the order of the file. */
  inOrder(): readonly Problem[] {
    return this.list.toSorted((a, b) => a.line - b.line || a.col - b.col);
  }
}
