/** The table of runs: redrawn in place on a terminal, and elsewhere a line for each row that has changed. */
import type { Run } from "../../functions/core/records/run.ts";
import { oneLine } from "../../functions/core/text/harmless.ts";
import type { Paint } from "./diagnosis-text.ts";
import { isOver, phaseOf, waitsFor } from "./waits-for.ts";

/** Where the table is drawn. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

export interface RunTable {
  /** Shows the runs as they are now, the oldest first. */
  show(runs: readonly Run[], now: number): void;
  /** The whole table once more, where it was told in lines. */
  end(runs: readonly Run[], now: number): void;
}

interface Column {
  readonly name: string;
  readonly width: number;
}

const COLUMNS: readonly Column[] = [
  { name: "INCIDENT", width: 36 },
  { name: "PHASE", width: 11 },
  { name: "PULL", width: 5 },
  { name: "TIME", width: 8 },
  { name: "WAITS FOR", width: 31 },
];

const moveUp = (lines: number): string => (lines === 0 ? "" : `\u001b[${lines}A`);
const CLEAR_LINE = "\u001b[2K";
/** The cursor's own line, below the table, and one that the story's last words may take. */
const LINES_KEPT = 2;

export function createRunTable(screen: Screen, paint: Paint): RunTable {
  let drawn = 0;
  const told = new Map<string, string>();
  const print = (line: string): void => void screen.write(`${line}\n`);
  const redraw = (runs: readonly Run[], now: number): void => {
    const lines = tableLines(runs, now, { paint, width: screen.columns });
    screen.write(moveUp(drawn) + lines.map((line) => `${CLEAR_LINE}${line}\n`).join(""));
    drawn = lines.length;
  };
  const append = (runs: readonly Run[], now: number): void => {
    drawn = 0;
    if (told.size === 0 && runs.length > 0) print(headLine(paint));
    for (const run of runs.filter((candidate) => isOver(candidate) || candidate.endedAt === undefined)) {
      const key = run.incident?.key ?? "";
      const news = `${phaseOf(run)} ${waitsFor(run, now)}`;
      if (told.get(key) === news) continue;
      told.set(key, news);
      print(rowLine(run, now, { paint }));
    }
  };
  const inPlace = (count: number): boolean => screen.isTTY === true && count + 1 + LINES_KEPT <= (screen.rows ?? 0);
  return {
    show: (runs, now) => (inPlace(runs.length) && told.size === 0 ? redraw : append)(runs, now),
    end: (runs, now) => (drawn > 0 ? redraw(runs, now) : ["", ...tableLines(runs, now, { paint })].forEach(print)),
  };
}

interface Drawing {
  readonly paint: Paint;
  /** Columns of the terminal: a row that went on in a second line could not be redrawn. */
  readonly width?: number | undefined;
}

function tableLines(runs: readonly Run[], now: number, drawing: Drawing): readonly string[] {
  return [headLine(drawing.paint, drawing.width), ...runs.map((run) => rowLine(run, now, drawing))];
}

function headLine(paint: Paint, width?: number): string {
  return paint(
    "bold",
    cells(
      COLUMNS.map(({ name }) => name),
      width,
    ),
  );
}

function rowLine(run: Run, now: number, { paint, width }: Drawing): string {
  const pull = run.changes.at(-1)?.pullRequest;
  const seconds = ((run.endedAt ?? now) - run.createdAt) / 1000;
  const words = [run.incident?.title ?? "", phaseOf(run), pull === undefined ? "" : `#${pull}`, `${seconds.toFixed(1)} s`, waitsFor(run, now)];
  const style = styleOf(run);
  const line = cells(words, width);
  return style === undefined ? line : paint(style, line);
}

/** Yellow waits for a person. */
function styleOf(run: Run): "green" | "red" | "yellow" | undefined {
  if (phaseOf(run) === "proposed") return "yellow";
  if (!isOver(run)) return undefined;
  return run.phase === "succeeded" ? "green" : "red";
}

function cells(words: readonly string[], width = Infinity): string {
  const line = COLUMNS.map((column, at) => oneLine(words[at] ?? "", column.width).padEnd(column.width)).join("  ");
  return line.slice(0, width - 1).trimEnd();
}
