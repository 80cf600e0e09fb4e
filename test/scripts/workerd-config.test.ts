import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unstable_readConfig as readWranglerConfig } from "wrangler";
import {
  assetsBinding,
  capnpText,
  compatibilityDate,
  objectBindings,
  workerdConfigText,
} from "../../scripts/serve/workerd-config";

/** Undoes a Cap'n Proto string literal, by the rules of its language reference. */
function readCapnpText(literal: string): string {
  const bytes = literal
    .slice(1, -1)
    .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

describe("a Cap'n Proto string literal", () => {
  it("escapes what would end or change it", () => {
    expect(capnpText('a"b\\c\nd')).toBe('"a\\x22b\\x5cc\\x0ad"');
    expect(capnpText("ü")).toBe('"\\xc3\\xbc"');
  });

  it("holds any text, in printable ASCII without a quote inside", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const literal = capnpText(value);
        expect(literal).toMatch(/^"[ !#-~]*"$/);
        expect(readCapnpText(literal)).toBe(Buffer.from(value, "utf8").toString("utf8"));
      }),
    );
  });
});

/** What the test needs of wrangler's reading of wrangler.toml. */
interface WranglerConfig {
  readonly compatibility_date: string;
  readonly assets: { readonly binding: string };
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
  readonly migrations: readonly { readonly new_sqlite_classes?: readonly string[] }[];
}

describe("the configuration of plain workerd", () => {
  const wrangler: WranglerConfig = readWranglerConfig({
    config: join(import.meta.dirname, "../../wrangler.toml"),
  });

  it("has the compatibility date and the bindings of wrangler.toml", () => {
    expect(compatibilityDate).toBe(wrangler.compatibility_date);
    expect(assetsBinding).toBe(wrangler.assets.binding);
    expect(objectBindings).toEqual(
      Object.fromEntries(wrangler.durable_objects.bindings.map((each) => [each.name, each.class_name])),
    );
  });

  it("keeps every class in SQLite, as the migrations of wrangler.toml do", () => {
    expect(Object.values(objectBindings).sort()).toEqual(
      wrangler.migrations.flatMap((each) => each.new_sqlite_classes ?? []).sort(),
    );
  });

  it("listens on the loopback address alone, and passes each variable as text", () => {
    const text = workerdConfigText({
      port: 8080,
      objectsDirectory: "/state/objects",
      variables: { REALMS: "sip.example", SECRET: 'a"b' },
      gatewayModule: "gateway.js",
      assetsModule: "assets.js",
      assets: [{ path: "/index.html", file: "asset-0" }],
      assetManifest: '{"/index.html":{}}',
    });
    expect(text).toContain('address = "127.0.0.1:8080"');
    expect(text).toContain('(name = "REALMS", text = "sip.example")');
    expect(text).toContain('(name = "SECRET", text = "a\\x22b")');
    expect(text).toContain('(name = "/index.html", data = embed "asset-0")');
    expect(text).toContain('"no_web_socket_compression"');
  });
});
