/** From another value for a live field to a remedy: the line in Git that decides the field, and the proof that nothing else would change. */
import { editField } from "../changes/edit-field.ts";
import type { Git } from "../ports/git.ts";
import type { FieldProposal, Remedied } from "../triage/remedies/remedied.ts";
import { appFiles, type AppSource, branchHead } from "./app-source.ts";

/** @throws Unavailable, Refused */
export async function editRemedy(git: Git, source: AppSource, proposal: FieldProposal): Promise<Remedied> {
  if ("refusal" in proposal) return proposal;
  const { edit, because } = proposal;
  const head = await branchHead(git, source);
  if ("refusal" in head) return head;
  const edited = editField({ path: source.app.path, files: await appFiles(git, source, head.commit) }, edit);
  if ("refusal" in edited) return { refusal: `${because} But the line that decides it is not clear: ${edited.refusal}`.slice(0, 512) };
  const { file, line } = edited.location;
  return {
    remedy: { kind: "edit-field", repository: source.repository, app: source.app.name, path: source.app.path, object: edit.object, edit, file, line, because },
  };
}
