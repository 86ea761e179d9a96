/** The stores that we have, each against the one contract. */
import { join } from "node:path";
import { createMemoryStore } from "../../functions/core/adapters/memory/memory-store.ts";
import { openDatabase } from "../../functions/core/adapters/sqlite/database.ts";
import { sqliteUnderTest, temporaryDirectory } from "./store-setup.ts";
import { storeContract } from "./store.suite.ts";

storeContract("memory", () => {
  const store = createMemoryStore();
  return { store, putRaw: store.putRaw, close: () => store.clear() };
});

storeContract("sqlite in memory", () => sqliteUnderTest(openDatabase(":memory:")));

storeContract("sqlite file", () => {
  const directory = temporaryDirectory();
  return sqliteUnderTest(openDatabase(join(directory.path, "store.db")), directory.remove);
});
