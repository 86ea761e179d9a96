/** Alertmanager as a channel: one alert `AnchorwatchNeedsYou` for each run that waits for a person, so that its routes, receivers and silences apply (design 8.8). */
import type { Chat, ChatMessage } from "../../ports/chat.ts";
import type { Fetch } from "../http.ts";
import { createPost } from "./post.ts";

export interface AlertmanagerOptions {
  /** `http://alertmanager.monitoring.svc:9093`, with the prefix of its `--web.route-prefix` where it has one. */
  readonly url: string;
  readonly token?: string | undefined;
  readonly fetch?: Fetch | undefined;
}

/** `alert-fired` starts nothing for a name that begins like this: what we say is no incident (design 6.2). */
export const NEEDS_YOU = "AnchorwatchNeedsYou";

export function createAlertmanager({ url, token, fetch }: AlertmanagerOptions): Chat {
  const post = createPost({ fetch, secrets: [token ?? ""] });
  return {
    name: "alertmanager",
    keepsState: true,
    async send(message, signal) {
      // News that need nobody are no alert.
      if (message.person === undefined) return;
      const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
      await post({ name: "POST alertmanager alerts", url: `${url.replace(/\/$/, "")}/api/v2/alerts`, headers, body: [alertOf(message)] }, signal);
    },
  };
}

/** Fires the alert that only tests the way from Alertmanager to us; it ends by itself after a minute. */
export function createAlertmanagerTest({ url, token, fetch }: AlertmanagerOptions): (now: number) => Promise<void> {
  const post = createPost({ fetch, secrets: [token ?? ""] });
  return (now) =>
    post({
      name: "POST alertmanager alerts",
      url: `${url.replace(/\/$/, "")}/api/v2/alerts`,
      headers: token === undefined ? undefined : { authorization: `Bearer ${token}` },
      body: [
        {
          labels: { alertname: "AnchorwatchTest", severity: "none", fired: new Date(now).toISOString() },
          annotations: { summary: "A test of the way from Alertmanager to Anchorwatch. Nothing is wrong." },
          endsAt: new Date(now + 60_000).toISOString(),
        },
      ],
    });
}

/** The labels are the alert's identity, so only what stays the same for a run is one. */
function alertOf(message: ChatMessage): object {
  const isOver = message.person === "over";
  return {
    labels: { alertname: NEEDS_YOU, severity: "warning", run: message.about },
    annotations: { summary: message.title, description: message.text },
    ...(!isOver && { startsAt: new Date(message.at).toISOString() }),
    endsAt: new Date(isOver ? message.at : message.until).toISOString(),
    ...(message.url !== undefined && { generatorURL: message.url }),
  };
}
