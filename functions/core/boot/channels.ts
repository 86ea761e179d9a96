/** The channels file: where people are reached beside the thread (design 8.8). Addresses and tokens are secrets, so the file is its owner's alone. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { createAlertmanager } from "../adapters/chat/alertmanager.ts";
import { createDiscord } from "../adapters/chat/discord.ts";
import { createNtfy } from "../adapters/chat/ntfy.ts";
import { createSlack } from "../adapters/chat/slack.ts";
import { createTelegram } from "../adapters/chat/telegram.ts";
import { createChatWebhook } from "../adapters/chat/webhook.ts";
import type { Chat } from "../ports/chat.ts";
import { formatProblem, readChecked } from "../records/checked-yaml.ts";

const address = z.url({ protocol: /^https?$/ }).max(2048);
const token = z.string().min(1).max(1024);

const ChannelSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("alertmanager"), url: address, token: token.optional() }),
  z.strictObject({ kind: z.literal("discord"), url: address }),
  z.strictObject({
    kind: z.literal("ntfy"),
    url: address.regex(/^https?:\/\/[^/]+\/(?:[^?#]*\/)?[\w-]{1,64}$/, "must end in the topic"),
    token: token.optional(),
  }),
  z.strictObject({ kind: z.literal("slack"), url: address }),
  z.strictObject({
    kind: z.literal("telegram"),
    token: z.string().regex(/^\d+:[\w-]{20,100}$/, "must be a bot's token"),
    chat: z.union([z.number().int().transform(String), z.string().regex(/^(-?\d+|@\w{4,64})$/, "must be a chat's number or @channel")]),
    url: address.optional(),
  }),
  z.strictObject({ kind: z.literal("webhook"), url: address }),
]);
export type Channel = z.infer<typeof ChannelSchema>;

const ChannelsSchema = z.strictObject({ channels: z.array(ChannelSchema).max(20).default([]) });

/** Reads a channels file. @throws Error that names file, line and column of each problem */
export function readChannels(path: string): readonly Channel[] {
  const read = readChecked(readFileSync(path, "utf8"), { path, what: "the channels file", schema: ChannelsSchema });
  if (!read.ok) throw new Error(read.problems.map(formatProblem).join("\n"));
  return read.value.channels;
}

/** Opens one channel. */
export function openChannel(channel: Channel): Chat {
  switch (channel.kind) {
    case "alertmanager":
      return createAlertmanager(channel);
    case "discord":
      return createDiscord(channel);
    case "ntfy":
      return createNtfy(channel);
    case "slack":
      return createSlack(channel);
    case "telegram":
      return createTelegram(channel);
    case "webhook":
      return createChatWebhook(channel);
  }
}
