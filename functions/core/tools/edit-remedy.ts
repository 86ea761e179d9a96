/** From another value for a live field to a remedy: the line in Git that decides the field, and the proof that nothing else would change. */
import { appOfPath } from "../building/app-of-path.ts";
import { declaringFiles, hasSettings } from "../building/declaring-files.ts";
import { editSource } from "../building/edit-source.ts";
import { manifestsAt } from "../building/manifests-at.ts";
import type { FieldProposal, Remedied } from "../triage/remedies/remedied.ts";
import { type AppSource, branchHead } from "./app-source.ts";
import type { ToolPorts } from "./tool.ts";

/** Where a source is read, and built. */
export interface SourcePorts extends Pick<ToolPorts, "git" | "renderer"> {
  readonly source: AppSource;
}

/** @throws Unavailable, Refused */
export async function editRemedy({ git, renderer, source }: SourcePorts, proposal: FieldProposal): Promise<Remedied> {
  if ("refusal" in proposal) return proposal;
  const { edit, because } = proposal;
  const head = await branchHead(git, source);
  if ("refusal" in head) return head;
  const app = appOfPath(source.application);
  const files = await manifestsAt(git, source.repository, { commit: head.commit, path: app.path, options: app.options });
  const declaring = hasSettings(app) ? await declaringFiles(git, source.repository, head.commit) : [];
  const edited = await editSource(renderer, { app, files, declaring }, edit);
  if ("refusal" in edited) return { refusal: `${because} But the line that decides it is not clear: ${edited.refusal}`.slice(0, 512) };
  const { file, line } = edited.location;
  return {
    remedy: { kind: "edit-field", repository: source.repository, app: source.app.name, path: source.app.path, object: edit.object, edit, file, line, because },
  };
}
