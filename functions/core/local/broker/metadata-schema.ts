/** The metadata of a manifest: what people write, none of what the API server adds. */
import * as z from "zod";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

const name = z.string().max(63).regex(LABEL, "invalid value: not a DNS label");

export const metadata = z.strictObject({
  name,
  namespace: name.default("default"),
  annotations: z.record(z.string(), z.string()).default({}),
  labels: z.record(z.string(), z.string()).default({}),
});
export type Metadata = z.infer<typeof metadata>;
