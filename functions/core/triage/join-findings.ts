/** Joins findings: those that another object explains move to it, and chains with nothing of their own left become its effects. */
import type { Finding } from "../records/finding.ts";
import type { ObjectRef } from "../records/fields.ts";
import { refOf } from "../records/read-object.ts";
import { findingOf } from "./finding-of.ts";
import type { Link, Shown } from "./links/link.ts";
import { LINK_RULES } from "./links/registry.ts";
import { isSymptom } from "./links/symptoms.ts";
import { chainKey, type Scene, type Trouble } from "./scene.ts";

/** What belongs to one cause. */
export interface Joined {
  readonly root: ObjectRef;
  /** Findings of the root's own chain, the most telling first. */
  readonly own: readonly Finding[];
  /** Other chains in trouble because of it, with the findings that it explains. */
  readonly effects: readonly { readonly root: ObjectRef; readonly findings: readonly Finding[] }[];
}

interface Explained {
  readonly finding: Finding;
  readonly target: ObjectRef;
  /** What is seen at the target; undefined where the finding itself says what is wrong with it. */
  readonly shows: Shown | undefined;
}

/** A chain, split into what is its own and what another object explains. */
interface Split {
  readonly trouble: Trouble;
  readonly own: readonly Finding[];
  readonly explained: readonly Explained[];
  /** The chain that explains all of this one; undefined while it has a reason of its own. */
  readonly parent: Explained | undefined;
}

/** Joins the findings of a scene, each to exactly one cause. */
export function joinFindings(scene: Scene): readonly Joined[] {
  const splits = new Map([...scene.troubles.values()].map((trouble) => [trouble.key, splitOf(trouble, scene)]));
  const causes = new Map<string, Draft>();
  const moving = { causes, splits, roots: rootsOf(splits) };
  for (const split of splits.values())
    if (finalOf(split.trouble.key, splits) === split.trouble.key) draftFor(causes, split.trouble.root).own.push(...ownFindings(split, splits));
  for (const split of splits.values()) for (const explained of split.explained) moveTo(moving, { split, explained });
  for (const split of splits.values()) moveRest(moving, split);
  return [...causes.values()].map((draft) => ({ ...draft, effects: [...draft.effects.values()] }));
}

interface Draft {
  readonly root: ObjectRef;
  readonly own: Finding[];
  readonly effects: Map<string, { readonly root: ObjectRef; readonly findings: Finding[] }>;
}

function draftFor(causes: Map<string, Draft>, root: ObjectRef): Draft {
  const key = chainKey(root);
  const draft = causes.get(key) ?? { root, own: [], effects: new Map() };
  causes.set(key, draft);
  return draft;
}

function splitOf(trouble: Trouble, scene: Scene): Split {
  const own: Finding[] = [];
  const explained: Explained[] = [];
  for (const finding of trouble.findings) {
    const one = explain(finding, scene);
    if (one && chainKey(one.target) !== trouble.key) explained.push({ finding, ...one });
    else own.push(finding);
  }
  if (own.every(isSymptom)) return { trouble, own, explained, parent: mostFrequent(explained) };
  // Where a chain has a reason of its own, what only shows trouble shows that; an Application counts for many chains.
  const stays = ({ finding }: Explained): boolean => isSymptom(finding) && finding.object.kind !== "Application";
  const kept = new Set([...own, ...explained.filter(stays).map(({ finding }) => finding)]);
  return { trouble, own: trouble.findings.filter((finding) => kept.has(finding)), explained: explained.filter((one) => !stays(one)), parent: undefined };
}

function explain(finding: Finding, scene: Scene): Omit<Explained, "finding"> | undefined {
  const blamed = finding.blames && scene.snapshot.get(finding.blames);
  if (blamed) return { target: scene.rootOf(refOf(blamed)), shows: undefined };
  for (const rule of LINK_RULES) {
    const link: Link | undefined = rule(finding, scene);
    if (link) return { target: scene.rootOf(link.target), shows: link.shows };
  }
  return undefined;
}

function mostFrequent(explained: readonly Explained[]): Explained | undefined {
  const counts = new Map<string, number>();
  for (const { target } of explained) counts.set(chainKey(target), (counts.get(chainKey(target)) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return explained.find(({ target }) => counts.get(chainKey(target)) === most);
}

/** Follows a chain to where its trouble ends; of a circle of chains that blame each other, the one that began first is told. */
function finalOf(key: string, splits: ReadonlyMap<string, Split>): string {
  const path: string[] = [];
  let current = key;
  for (;;) {
    const split = splits.get(current);
    if (!split?.parent) return current;
    path.push(current);
    const next = chainKey(split.parent.target);
    const circle = path.indexOf(next);
    if (circle >= 0) return firstOf(path.slice(circle), splits);
    current = next;
  }
}

function firstOf(circle: readonly string[], splits: ReadonlyMap<string, Split>): string {
  const began = (key: string): number => Math.min(...(splits.get(key)?.trouble.findings ?? []).map(({ since }) => since ?? Number.MAX_SAFE_INTEGER));
  return [...circle].sort((a, b) => began(a) - began(b) || (a < b ? -1 : 1))[0] ?? "";
}

/** The object of each chain, and of each that is only blamed. */
function rootsOf(splits: ReadonlyMap<string, Split>): ReadonlyMap<string, ObjectRef> {
  const blamed = [...splits.values()].flatMap(({ explained }) => explained.map(({ target }): [string, ObjectRef] => [chainKey(target), target]));
  return new Map([...blamed, ...[...splits].map(([key, { trouble }]): [string, ObjectRef] => [key, trouble.root])]);
}

/** A chain that ends a circle keeps what others would explain. */
function ownFindings(split: Split, splits: ReadonlyMap<string, Split>): readonly Finding[] {
  if (split.parent) return split.trouble.findings;
  const isOwn = new Set([
    ...split.own,
    ...split.explained.filter((one) => finalOf(chainKey(one.target), splits) === split.trouble.key).map(({ finding }) => finding),
  ]);
  return split.trouble.findings.filter((finding) => isOwn.has(finding));
}

interface Move {
  readonly split: Split;
  readonly explained: Explained;
}

interface Moving {
  readonly causes: Map<string, Draft>;
  readonly splits: ReadonlyMap<string, Split>;
  readonly roots: ReadonlyMap<string, ObjectRef>;
}

function moveTo({ causes, splits, roots }: Moving, { split, explained }: Move): void {
  const final = finalOf(chainKey(explained.target), splits);
  const stays = final === split.trouble.key || (finalOf(split.trouble.key, splits) === split.trouble.key && split.parent !== undefined);
  if (stays) return;
  const draft = draftFor(causes, roots.get(final) ?? explained.target);
  if (draft.own.length === 0) draft.own.push(explained.shows ? shownFinding(explained.target, explained.shows, explained.finding) : explained.finding);
  addEffect(draft, split.trouble, explained.finding);
}

/** What only shows the trouble goes where the reason went. */
function moveRest({ causes, splits, roots }: Moving, split: Split): void {
  const final = finalOf(split.trouble.key, splits);
  if (final === split.trouble.key) return;
  const root = roots.get(final) ?? split.parent?.target;
  if (root) for (const finding of split.own) addEffect(draftFor(causes, root), split.trouble, finding);
}

function addEffect(draft: Draft, { key, root }: Trouble, finding: Finding): void {
  const effect = draft.effects.get(key) ?? { root, findings: [] };
  effect.findings.push(finding);
  draft.effects.set(key, effect);
}

function shownFinding(target: ObjectRef, shows: Shown, from: Finding): Finding {
  return findingOf(target, { category: shows.category, message: shows.message, evidence: [[shows.field, shows.value]], since: from.since });
}
