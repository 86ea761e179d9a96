/** Users and times as Gitea's API and webhooks write them. */
import { createHash } from "node:crypto";
import type { User } from "../records.ts";

export const NEVER = "0001-01-01T00:00:00Z";
export const EPOCH = "1970-01-01T00:00:00Z";

/** RFC 3339 with one second of resolution. */
export function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** The address that commits carry: private addresses stay private. */
export function noReplyAddress(user: Pick<User, "id" | "login">): string {
  return `${user.id}+${user.login}@noreply.localhost`;
}

/** @param viewer who looks: people see more of themselves */
export function viewUser(baseUrl: string, user: User, viewer?: User): Record<string, unknown> {
  const self = viewer?.id === user.id;
  const address = `${user.login}@example.invalid`;
  return {
    id: user.id,
    login: user.login,
    login_name: "",
    source_id: 0,
    full_name: "",
    email: emailOf(user, self, address),
    avatar_url: `${baseUrl}/avatars/${createHash("md5").update(address).digest("hex")}`,
    html_url: `${baseUrl}/${user.login}`,
    language: "",
    is_admin: self && user.siteAdmin,
    last_login: self ? EPOCH : NEVER,
    created: time(user.createdAt),
    restricted: false,
    active: self,
    prohibit_login: false,
    location: "",
    website: "",
    description: "",
    visibility: "public",
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: user.login,
  };
}

function emailOf(user: User, self: boolean, address: string): string {
  if (user.kind === "organization") return "";
  return self ? address : noReplyAddress(user);
}
