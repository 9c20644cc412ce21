import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, faultOf } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const put = (colours: object) =>
      ask(house, `PUT /api_app/${house.clientId}`, { json: { white_labeling_options: colours } });
    const flawsOf = (answer: { readonly json: unknown }) => {
      const { error_msg: message } = (answer.json as { error: { error_msg: string } }).error;
      return (JSON.parse(message) as { error_type: string; element: string }[]).map((flaw) => [
        flaw.error_type,
        flaw.element,
      ]);
    };

    for (const [what, colours, flaws] of [
      ["a name that is none", { button_colour: "#112233" }, [["invalid_element_name", "button_colour"]]],
      ["a colour in words", { link_color: "blue" }, [["invalid_hex_code", "link_color"]]],
      ["a colour of three digits", { link_color: "#abc" }, [["invalid_hex_code", "link_color"]]],
      ["terms that are none", { legal_version: "terms3" }, [["invalid_legal_version", "legal_version"]]],
      [
        "several at once",
        { text_color1: "grey", x: "#000000" },
        [
          ["invalid_hex_code", "text_color1"],
          ["invalid_element_name", "x"],
        ],
      ],
      [
        "white on nearly white",
        { primary_button_color: "#fafafa" },
        [["invalid_contrast_ratio", "primary_button_color"]],
      ],
      [
        "a pair that cannot be read",
        { header_background_color: "#777777", text_color2: "#888888" },
        [["invalid_contrast_ratio", "text_color2"]],
      ],
    ] as const) {
      test(`${what} is refused as JSON in error_msg, and nothing changes`, async () => {
        const answer = await put(colours);
        assert.deepEqual(faultOf(answer), [400, "bad_request", `white_labeling_options[${flaws[0][1]}]`]);
        assert.deepEqual(flawsOf(answer), flaws);
        const { json } = await ask(house, `GET /api_app/${house.clientId}`);
        assert.equal((json as { api_app: { white_labeling_options: unknown } }).api_app.white_labeling_options, null);
      });
    }

    test("a change is judged together with what the app has already", async () => {
      assert.equal((await put({ primary_button_color: "#fafafa", primary_button_text_color: "#111111" })).status, 200);
      assert.equal((await put({ primary_button_color: "#eeeeee" })).status, 200);
      assert.deepEqual(flawsOf(await put({ primary_button_text_color: "#ffffff" })), [
        ["invalid_contrast_ratio", "primary_button_text_color"],
      ]);
      assert.equal((await put({ reset_to_default: true })).status, 200);
    });
  });
}
