/** Tokens can do no more than the calls that are listed: the scopes that `init` gives out are those of the table, and no other. */
import { describe, expect, it } from "vitest";
import { NEEDS, ROLES } from "../../../functions/core/adapters/gitea/account-needs.ts";
import { leastScopes } from "../../real/gitea-calls.ts";

describe("the token of an account", () => {
  it.each(ROLES)("%s has exactly the scopes that its calls ask for", (role) => {
    expect(NEEDS[role].scopes.toSorted()).toEqual(leastScopes(role));
  });
});
