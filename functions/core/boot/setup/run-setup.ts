/** `init`, `doctor` and `uninstall` over the same pieces: made where missing, named where wrong, undone in reverse. */
import type { Installation } from "./installation.ts";
import type { Piece } from "./piece.ts";

export interface Told {
  readonly name: string;
  readonly what: "there" | "would make" | "made" | "would mend" | "mended" | "missing" | "wrong" | "would undo" | "undone" | "left";
  readonly words: readonly string[];
}

/** Makes what is missing and mends what differs, one piece after the other; what is there is left alone. @throws what a piece throws, the list of what was made kept */
export async function* makePieces({ pieces, made, note }: Installation, { dryRun }: { dryRun: boolean }): AsyncGenerator<Told> {
  for (const piece of pieces) {
    const look = await lookAt(piece, dryRun);
    if (look.state === "there") {
      yield { name: piece.name, what: "there", words: [] };
      continue;
    }
    const isMissing = look.state === "missing";
    const words = look.state === "differs" ? [look.words] : await previewOf(piece, dryRun);
    if (dryRun) {
      yield { name: piece.name, what: isMissing ? "would make" : "would mend", words };
      continue;
    }
    const before = (await piece.make()) ?? null;
    // What is mended later keeps what had been there at first.
    if (!(piece.name in made())) note({ ...made(), [piece.name]: { before } });
    yield { name: piece.name, what: isMissing ? "made" : "mended", words };
  }
}

/** In a dry run a piece may stand on another that is not made yet: then it is missing, too. */
async function lookAt(piece: Piece, dryRun: boolean): ReturnType<Piece["look"]> {
  try {
    return await piece.look();
  } catch (error) {
    if (dryRun) return { state: "missing" };
    throw error;
  }
}

async function previewOf(piece: Piece, dryRun: boolean): Promise<readonly string[]> {
  try {
    return (await piece.preview?.()) ?? [];
  } catch (error) {
    if (dryRun) return [];
    throw error;
  }
}

/** Looks at every piece; one that cannot be looked at is wrong, and says why. */
export async function* checkPieces({ pieces }: Installation): AsyncGenerator<Told> {
  for (const piece of pieces) {
    try {
      const look = await piece.look();
      const what = { there: "there", missing: "missing", differs: "wrong" } as const;
      yield { name: piece.name, what: what[look.state], words: look.state === "differs" ? [look.words] : [] };
    } catch (error) {
      yield { name: piece.name, what: "wrong", words: [error instanceof Error ? error.message : String(error)] };
    }
  }
}

/** Undoes what `init` made, the last first; what was there before it stays, and is named. */
export async function* undoPieces({ pieces, made, note }: Installation, { dryRun }: { dryRun: boolean }): AsyncGenerator<Told> {
  for (const piece of pieces.toReversed()) {
    const entry = made()[piece.name];
    if (!entry) {
      if ((await lookAt(piece, true)).state !== "missing")
        yield { name: piece.name, what: "left", words: ["it was there before init, or init did not make it"] };
      continue;
    }
    if (dryRun) {
      yield { name: piece.name, what: "would undo", words: [] };
      continue;
    }
    const left = await piece.undo(entry.before ?? undefined);
    const { [piece.name]: _gone, ...rest } = made();
    note(rest);
    yield { name: piece.name, what: left === undefined ? "undone" : "left", words: left === undefined ? [] : [left] };
  }
}
