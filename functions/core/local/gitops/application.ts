/** An Argo CD Application as people declare it; only what the local loop goes by is checked. */
import * as z from "zod";

export const ApplicationSchema = z.looseObject({
  apiVersion: z.literal("argoproj.io/v1alpha1"),
  kind: z.literal("Application"),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().default("argocd") }),
  spec: z.looseObject({
    project: z.string().default("default"),
    source: z.looseObject({ repoURL: z.string(), path: z.string(), targetRevision: z.string().default("main") }),
    destination: z.looseObject({ namespace: z.string().optional() }),
    syncPolicy: z
      .looseObject({
        automated: z.looseObject({ prune: z.boolean().default(false), selfHeal: z.boolean().default(false) }).nullish(),
        syncOptions: z.array(z.string()).optional(),
        retry: z.unknown().optional(),
      })
      .optional(),
  }),
});
export type Application = z.infer<typeof ApplicationSchema>;
