import { eventKinds } from "../events/catalog.ts";
import { type Command, misuse } from "./command.ts";

const help = `Prints what a shell needs to complete this command line.

Usage: countersign completion bash | zsh | fish

Exit code: 0 printed, 2 there is no such shell.

Examples
  countersign completion bash > /etc/bash_completion.d/countersign
  countersign completion zsh > "\${fpath[1]}/_countersign"
  countersign completion fish > ~/.config/fish/completions/countersign.fish
`;

/** `countersign completion`. */
export const completionCommand: Command = {
  name: "completion",
  says: "complete this command line in bash, zsh or fish",
  help,
  run: async ([shell = ""]) => {
    const print = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
    if (print === undefined) return misuse("completion", "Name bash, zsh or fish.");
    process.stdout.write(print());
    return 0;
  },
};

const server = ["--server", "--api-key", "--json", "--help"];

/** What may follow each command: actions, then options. Files are completed where neither fits. */
const after: Readonly<Record<string, readonly string[]>> = {
  serve: ["--help"],
  listen: ["--forward-to", "--events", "--client-id", "--name", "--keep", "--print-json", ...server],
  events: [
    "list",
    "show",
    "resend",
    "replay",
    "--type",
    "--types",
    "--request",
    "--app",
    "--state",
    "--since",
    "--until",
    "--endpoint",
    "--text",
    "--limit",
    "--yes",
    ...server,
  ],
  requests: [
    "send",
    "list",
    "status",
    "files",
    "remind",
    "cancel",
    "--signer",
    "--title",
    "--message",
    "--email",
    "--output",
    "--client-id",
    "--test",
    "--zip",
    "--in-order",
    "--text-tags",
    ...server,
  ],
  trigger: [...Object.keys(eventKinds), "--client-id", "--signer", ...server],
  keys: ["list", "create", "primary", "revoke", "rewrap", "--new-secret-file", ...server],
  doctor: ["--json", "--help"],
  verify: ["--trust", "--original", "--json", "--help"],
  backup: ["--documents", "--with-secret", "--help"],
  restore: ["--help"],
  completion: ["bash", "zsh", "fish", "--help"],
  help: [],
};
const names = Object.keys(after).join(" ");

const shells: Readonly<Record<string, () => string>> = {
  bash: () => `_countersign() {
  local word=\${COMP_WORDS[COMP_CWORD]} words
  if [ "$COMP_CWORD" -eq 1 ]; then words="${names}"; else
    case \${COMP_WORDS[1]} in
${cases("      ")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _countersign countersign
`,
  zsh: () => `#compdef countersign
_countersign() {
  local words_after
  if (( CURRENT == 2 )); then compadd -- ${names}; return; fi
  case $words[2] in
${cases("    ").replaceAll("words=", "words_after=")}
  esac
  compadd -- \${=words_after} || _files
}
compdef _countersign countersign
`,
  fish: () =>
    [
      `complete -c countersign -n __fish_use_subcommand -f -a "${names}"`,
      ...Object.entries(after)
        .filter(([, words]) => words.length > 0)
        .map(
          ([name, words]) => `complete -c countersign -n "__fish_seen_subcommand_from ${name}" -a "${words.join(" ")}"`,
        ),
      "",
    ].join("\n"),
};

function cases(indent: string): string {
  return Object.entries(after)
    .map(([name, words]) => `${indent}${name}) words="${words.join(" ")}" ;;`)
    .join("\n");
}
