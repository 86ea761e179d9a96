/** The local world's documents: what is put is there after a restart, and a transaction is all or nothing. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDocuments } from "../../functions/core/local/documents.ts";
import { temporaryDirectory } from "./store-setup.ts";

describe("documents", () => {
  it("keeps documents by collection and key, listed by key", () => {
    const documents = createDocuments(":memory:");
    documents.put("users", "b", { login: "bob" });
    documents.put("users", "a", { login: "ann" });
    documents.put("users", "b", { login: "bob", admin: true });
    documents.put("pods", "a", null);
    expect(documents.get("users", "b")).toEqual({ login: "bob", admin: true });
    expect(documents.list("users")).toEqual([{ login: "ann" }, { login: "bob", admin: true }]);
    documents.remove("users", "a");
    documents.remove("users", "never-there");
    expect(documents.get("users", "a")).toBeUndefined();
    expect(documents.get("pods", "a")).toBeNull();
    documents.close();
  });

  it("shares no object with its callers", () => {
    const documents = createDocuments(":memory:");
    const user = { logins: ["ann"] };
    documents.put("users", "a", user);
    user.logins.push("changed");
    expect(documents.get("users", "a")).toEqual({ logins: ["ann"] });
    documents.close();
  });

  it("appends to ledgers that keep their order, numbered upwards", () => {
    const documents = createDocuments(":memory:");
    const numbers = [documents.append("a", 1), documents.append("b", "other"), documents.append("a", 2)];
    expect(documents.readLedger("a")).toEqual([1, 2]);
    expect(documents.readLedger("none")).toEqual([]);
    expect([...numbers].sort((x, y) => x - y)).toEqual(numbers);
    expect(new Set(numbers).size).toBe(3);
    documents.close();
  });

  it("counts each counter from 1", () => {
    const documents = createDocuments(":memory:");
    expect([documents.nextNumber("pulls"), documents.nextNumber("pulls"), documents.nextNumber("issues")]).toEqual([1, 2, 1]);
    documents.close();
  });

  it("undoes all of a transaction that throws, the transactions in it too, and goes on", () => {
    const documents = createDocuments(":memory:");
    const failing = (): void =>
      documents.transaction(() => {
        documents.put("c", "outer", 1);
        documents.transaction(() => documents.put("c", "inner", documents.nextNumber("n")));
        throw new Error("no");
      });
    expect(failing).toThrow("no");
    expect(documents.list("c")).toEqual([]);
    expect(documents.transaction(() => documents.nextNumber("n"))).toBe(1);
    documents.close();
  });

  it("has everything after the file is opened again, and lets only us read it", () => {
    const directory = temporaryDirectory();
    const file = join(directory.path, "new", "world.db");
    const first = createDocuments(file);
    first.put("c", "k", { a: 1 });
    first.append("l", "entry");
    first.nextNumber("n");
    const beside = createDocuments(file);
    expect(beside.get("c", "k")).toEqual({ a: 1 });
    first.close();
    beside.close();
    const again = createDocuments(file);
    expect([again.get("c", "k"), again.readLedger("l"), again.nextNumber("n")]).toEqual([{ a: 1 }, ["entry"], 2]);
    again.close();
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
    directory.remove();
  });
});
