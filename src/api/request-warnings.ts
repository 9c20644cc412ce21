import type { SignatureRequestInput } from "../wire/request-input.ts";
import type { Warning } from "../wire/shapes.ts";
import { isGiven } from "./request-draft.ts";

/** What of a request is taken and has no effect in this version: told, never silent. */
export function warningsOf(input: SignatureRequestInput): readonly Warning[] {
  const { signing_options: options, signer_experience: experience, custom_fields: custom } = input;
  const more = options && (options.draw || options.upload || options.phone);
  return [
    ...(more ? [ignored("signing_options: this version offers typed signatures only")] : []),
    ...(input.allow_reassign
      ? [ignored("allow_reassign: handing over to somebody else is not available in this version")]
      : []),
    ...(experience?.form_view && experience.form_view !== "disabled"
      ? [ignored("signer_experience: the form view is not available in this version")]
      : []),
    ...(isGiven(custom)
      ? [ignored("custom_fields: this version has no merge fields, so the values went nowhere")]
      : []),
    ...(input.hide_text_tags && !input.use_text_tags
      ? [
          {
            warning_name: "parameter_conflict",
            warning_msg: "hide_text_tags counts only together with use_text_tags; it was ignored.",
          },
        ]
      : []),
  ];
}

function ignored(what: string): Warning {
  return { warning_name: "parameter_ignored", warning_msg: `${what}.` };
}
