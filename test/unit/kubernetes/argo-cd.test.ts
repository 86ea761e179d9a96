import { describe, expect, it } from "vitest";
import { createApiClient } from "../../../functions/core/adapters/kubernetes/api-client.ts";
import { createArgoCd } from "../../../functions/core/adapters/kubernetes/argo-cd.ts";
import { type Answer, fakeApi, type FakeApi, groupsOf } from "./a-fake-api.ts";

const APPLICATIONS = "/apis/argoproj.io/v1alpha1/applications";
const SHOP = { metadata: { name: "shop", namespace: "argocd" } };

function argoCdServing(applications: Answer, ...groups: readonly string[]): Promise<FakeApi> {
  return fakeApi((path) => (path === "/apis" ? groupsOf("apps/v1", ...groups) : path === APPLICATIONS ? applications : 500));
}

describe("the Applications of a cluster", () => {
  it("are listed without a look at anything else", async () => {
    const api = await argoCdServing({ items: [SHOP] }, "argoproj.io/v1alpha1");
    expect(await createArgoCd(createApiClient(api.config)).applications()).toEqual([{ apiVersion: "argoproj.io/v1alpha1", kind: "Application", ...SHOP }]);
    expect(api.asked.map(({ path }) => path)).toEqual(["/apis", APPLICATIONS]);
  });

  it("are none where Argo CD is not, or only another tool of its group", async () => {
    expect(await createArgoCd(createApiClient((await argoCdServing(500)).config)).applications()).toEqual([]);
    expect(await createArgoCd(createApiClient((await argoCdServing(404, "argoproj.io/v1alpha1")).config)).applications()).toEqual([]);
  });

  it("are not taken for none where they may not be listed", async () => {
    const api = await argoCdServing(403, "argoproj.io/v1alpha1");
    await expect(createArgoCd(createApiClient(api.config)).applications()).rejects.toThrow(/applications: 403/);
  });
});
